package dev.weir.bench;

import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.Tenant;
import dev.weir.models.Category;
import dev.weir.models.Device;
import dev.weir.models.Expert;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.LexiconExpert;
import dev.weir.models.NgramExpert;
import dev.weir.models.NgramState;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.StreamingSession;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import dev.weir.models.WordPiece;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Question: what does a token of real text cost each expert by itself, without actors? An n-gram expert reads it word by
 * word; a windowed one a full window at each position its stride allows, as if the cascade always asked. One thread, and
 * of the rounds the fastest: what the others took longer, neighbours took.
 *
 * <p>A streaming expert reads batches of several shapes, from a lone token to many streams at once, with its kernel and
 * with ONNX Runtime in turn, round by round; the number is the median of the thread's processor time.
 */
@Command(
        name = "experts",
        description = "Cost of a token to each expert by itself, and of mixing their votes.",
        mixinStandardHelpOptions = true)
final class ExpertsCommand implements Callable<Integer> {

    /** Of the text, enough for an n-gram expert's round to last milliseconds. */
    private static final int TEXT_TOKENS = 1 << 14;
    /** Of those, what a native session is given a round. */
    private static final int SESSION_TOKENS = 1 << 10;

    @Parameters(description = "JSON lines with a text, plain or gzip; the demo's texts without any.")
    private List<Path> files = new ArrayList<>();

    /** Rows of a run and tokens of each. */
    private static final int[][] SHAPES = {{1, 1}, {4, 1}, {16, 1}, {20, 2}, {32, 2}, {64, 1}, {1, 8}, {1, 64}};

    private static final int MOST_STREAMS = 64;
    private static final int ROUNDS_TO_WARM_UP = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--models", defaultValue = "models/experts", description = "Folder (default: ${DEFAULT-VALUE}).")
    private Path models = Path.of("");

    @Option(names = "--rounds", defaultValue = "20", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    private interface Round {
        void run() throws ExpertFailedException;
    }

    /** The tokens of some texts, one behind the other. */
    private static final class Tokens {
        final int[] ids = new int[TEXT_TOKENS];
        final long[] wordHashes = new long[TEXT_TOKENS];
        int count;

        void add(int id, long wordHash) {
            if (count < TEXT_TOKENS) {
                ids[count] = id;
                wordHashes[count] = wordHash;
                count++;
            }
        }
    }

    @Override
    public Integer call() throws Exception {
        List<String> texts = Texts.read(files, 1_000);
        System.out.println("expert                      us/token (fastest, or as said)");
        List<Expert> experts = ExpertLibrary.load(models).experts();
        print("mixing all, as configured", TEXT_TOKENS, mixing(experts, Map.of()));
        print("mixing all, as learned", TEXT_TOKENS, mixing(experts, learned(experts)));
        for (Expert expert : experts) {
            switch (expert) {
                case LexiconExpert lexicon -> {}
                case NgramExpert ngram -> {
                    Tokens tokens = tokens(ngram.tokenizer(), texts);
                    print(ngram.name(), TEXT_TOKENS, () -> read(ngram, tokens));
                }
                case StreamingExpert streaming -> {
                    Tokens tokens = tokens(streaming.tokenizer(), texts);
                    compare(streaming, tokens);
                }
                case WindowedExpert windowed -> {
                    Tokens tokens = tokens(windowed.tokenizer(), texts);
                    try (WindowedSession session = WindowedSession.open(windowed, Device.CPU)) {
                        print(windowed.name(), SESSION_TOKENS, () -> read(session, windowed, tokens));
                    }
                }
            }
        }
        return 0;
    }

    /** Every expert votes on every token, as at most they do. */
    private static Round mixing(List<Expert> experts, Map<Category, Map<String, Double>> learned) {
        List<Voter> voters = experts.stream()
                .map(expert -> new Voter(expert.name(), expert.version(), expert.categories()))
                .toList();
        TokenVotes votes = new TokenVotes(
                voters, new Weights(2, Map.of(), learned, Map.of(Tenant.DEFAULT, learned)).forTenant(Tenant.DEFAULT));
        return () -> {
            for (int token = 0; token < TEXT_TOKENS; token++) {
                votes.clear();
                for (int voter = 0; voter < voters.size(); voter++) {
                    votes.cast(voter)[0] = (byte) token;
                }
                votes.mix();
            }
        };
    }

    private static Map<Category, Map<String, Double>> learned(List<Expert> experts) {
        Map<Category, Map<String, Double>> learned = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            Map<String, Double> byExpert = new HashMap<>();
            experts.forEach(expert -> byExpert.put(expert.name(), 1.0 + category.ordinal()));
            learned.put(category, byExpert);
        }
        return learned;
    }

    private void print(String name, int tokens, Round round) throws ExpertFailedException {
        double fastest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rounds; i++) {
            long started = System.nanoTime();
            round.run();
            fastest = Math.min(fastest, (System.nanoTime() - started) / 1e3 / tokens);
        }
        System.out.printf("%-26s  %17.2f%n", name, fastest);
    }

    /** The texts' tokens, from the first again where there are too few. */
    private static Tokens tokens(WordPiece tokenizer, List<String> texts) {
        Tokens tokens = new Tokens();
        for (int i = 0; tokens.count < TEXT_TOKENS; i = (i + 1) % texts.size()) {
            WordPiece.Cursor cursor = tokenizer.newCursor();
            (texts.get(i) + " ")
                    .codePoints()
                    .forEach(c -> cursor.append(c, (id, start, end, wordHash) -> tokens.add(id, wordHash)));
        }
        return tokens;
    }

    private static void read(NgramExpert expert, Tokens tokens) {
        NgramState state = expert.newState();
        for (long wordHash : tokens.wordHashes) {
            state.read(wordHash);
        }
    }

    private void compare(StreamingExpert expert, Tokens tokens) throws ExpertLoadException, ExpertFailedException {
        try (StreamingSession session = StreamingSession.open(expert, Device.CPU, MOST_STREAMS);
                StreamingSession onnx = StreamingSession.open(expert.withoutKernel(), Device.CPU, MOST_STREAMS)) {
            for (int[] shape : SHAPES) {
                double[] own = new double[rounds];
                double[] others = new double[rounds];
                for (int i = -ROUNDS_TO_WARM_UP; i < rounds; i++) {
                    double took = read(session, tokens, shape[0], shape[1]);
                    double tookOnnx = read(onnx, tokens, shape[0], shape[1]);
                    if (i >= 0) {
                        own[i] = took;
                        others[i] = tookOnnx;
                    }
                }
                String name = "%s, %d x %d".formatted(expert.name(), shape[0], shape[1]);
                System.out.printf("%-26s  %17.2f (median; in ONNX Runtime %.2f)%n", name, median(own), median(others));
            }
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** Processor microseconds a token. */
    private static double read(StreamingSession session, Tokens tokens, int rows, int count)
            throws ExpertFailedException {
        List<StateArena.Slot> slots = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            slots.add(session.states().acquire().orElseThrow());
        }
        long started = THREADS.getCurrentThreadCpuTime();
        for (int from = 0; from < SESSION_TOKENS; from += rows * count) {
            List<TokenRow> batch = new ArrayList<>(rows);
            for (int r = 0; r < rows; r++) {
                int at = from + r * count;
                batch.add(new TokenRow(slots.get(r), Arrays.copyOfRange(tokens.ids, at, at + count), count, false));
            }
            session.score(batch);
        }
        double micros = (THREADS.getCurrentThreadCpuTime() - started) / 1e3;
        slots.forEach(session.states()::release);
        return micros / Math.ceilDiv(SESSION_TOKENS, rows * count) / (rows * count);
    }

    private static void read(WindowedSession session, WindowedExpert expert, Tokens tokens)
            throws ExpertFailedException {
        int window = expert.windowTokens();
        for (int from = 0; from < SESSION_TOKENS; from += expert.strideTokens()) {
            int[] ids = Arrays.copyOfRange(tokens.ids, from, from + window);
            ids[0] = expert.clsToken();
            ids[window - 1] = expert.sepToken();
            session.score(List.of(new WindowRow(ids, window)));
        }
    }
}
