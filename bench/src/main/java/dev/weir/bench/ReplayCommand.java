package dev.weir.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Engine;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.RecordedText;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplaySummary;
import dev.weir.engine.trace.TextEvents;
import dev.weir.engine.trace.TextRecorder;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.TraceRecorder;
import dev.weir.engine.trace.VoteTrace;
import dev.weir.models.Rule;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Question: is every decision of a run decided again exactly from its ledger, how fast, and what do traces cost? Streams
 * in the three modes in turn are run through an engine with a ledger of its own, which is then replayed; recording is
 * timed by writing the recorded votes down once more.
 */
@Command(
        name = "replay",
        description = "Runs streams, decides them again from their ledger, and says what traces cost.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

    private static final int TIMED_ROUNDS = 5;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "JSON lines with a text; default the demo's replies.")
    private List<Path> files = List.of();

    @Option(names = "--streams", defaultValue = "5000", description = "Streams (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--longest",
            defaultValue = "2000",
            description = "Characters of a text at most (default: ${DEFAULT-VALUE}).")
    private int longest;

    @Option(names = "--open", defaultValue = "64", description = "Streams open at once (default: ${DEFAULT-VALUE}).")
    private int open;

    @Mixin
    private EngineOptions options = new EngineOptions();

    private long tokens;
    private long traceBytes;
    private final List<byte[]> traces = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("weir-replay");
        String ledger = "weir.ledger { url = \"jdbc:sqlite:" + folder.resolve("ledger.db")
                + "\", max-queue = 1048576, max-queue-bytes = 1 GiB }\nweir.stream.vote-timeout = 1 h";
        List<String> texts = Texts.read(files, streams);
        long began = System.nanoTime();
        try (Engine engine = options.start(ledger)) {
            run(engine, texts);
            engine.drain(Duration.ofMinutes(1));
        }
        System.err.printf("%nran %d streams in %.0f s%n", streams, (System.nanoTime() - began) / 1e9);
        Config settings = ConfigFactory.parseString(ledger).withFallback(ConfigFactory.load());
        ReplaySummary summary = new ReplaySummary();
        double seconds;
        try (LedgerReader reader =
                LedgerReader.open(LedgerSettings.from(settings.getConfig("weir.ledger"), new ArrayList<>()))) {
            reader.streams(0, (sequence, stream) -> {
                tokens += stream.tokens();
                traceBytes += stream.trace().length;
                traces.add(stream.trace());
            });
            Replay replay = new Replay(reader, null, null);
            reader.streams(0, (sequence, stream) -> replay.of(sequence, stream)); // warms up
            long replayed = System.nanoTime();
            reader.streams(0, (sequence, stream) -> summary.add(replay.of(sequence, stream)));
            seconds = (System.nanoTime() - replayed) / 1e9;
        }
        System.out.printf("streams                    %10d%n", summary.streams());
        System.out.printf("decided again exactly      %10d%n", summary.reproduced());
        System.out.printf("decided otherwise          %10d%n", summary.different());
        System.out.printf("without or truncated trace %10d%n", summary.unrecorded() + summary.truncated());
        System.out.printf("tokens                     %10d%n", tokens);
        System.out.printf(
                "replayed                   %10.0f streams/s, %.0f tokens/s%n",
                summary.streams() / seconds, tokens / seconds);
        printCost();
        return summary.different() == 0 && summary.streams() == streams ? 0 : 1;
    }

    private void run(Engine engine, List<String> texts) {
        Deque<EngineStream> running = new ArrayDeque<>();
        Mode[] modes = Mode.values();
        for (int stream = 0; stream < streams; stream++) {
            String text = texts.get(stream % texts.size());
            int from =
                    stream < texts.size() ? 0 : (stream * 7) % Math.max(1, text.length() / 2); // repeated ones differ
            String played = text.substring(from, Math.min(text.length(), from + longest));
            EngineStream one = EngineStream.open(engine, modes[stream % modes.length], Units.CODEPOINT);
            one.send(played);
            one.end();
            running.add(one);
            if (running.size() >= open) {
                running.removeFirst().decisions();
            }
            if (stream % 100 == 0) {
                System.err.printf("\rstream %d of %d", stream, streams);
            }
        }
        running.forEach(EngineStream::decisions);
    }

    /** Bytes, and the time that writing votes down and sealing them takes a token. */
    private void printCost() throws MalformedTraceException {
        long openBytes = 0;
        long recordNanos = Long.MAX_VALUE;
        long sealNanos = Long.MAX_VALUE;
        for (int round = 0; round < TIMED_ROUNDS; round++) {
            long recording = 0;
            long sealing = 0;
            openBytes = 0;
            for (byte[] trace : traces) {
                RecordedText text = VoteTrace.of(trace).reply();
                if (text == null) {
                    continue;
                }
                Copy read = new Copy();
                text.play(new Weights(1, Map.of()), read);
                TraceRecorder recorder = new TraceRecorder(1 << 26);
                long started = System.nanoTime();
                TextRecorder copy = recorder.reply(text.voters());
                read.tellAgain(copy);
                long recorded = System.nanoTime();
                recorder.seal(Mode.GATE, true, 0, TraceEnd.ENDED, 0);
                sealing += System.nanoTime() - recorded;
                recording += recorded - started;
                openBytes += copy.size();
            }
            recordNanos = Math.min(recordNanos, recording);
            sealNanos = Math.min(sealNanos, sealing);
        }
        System.out.printf(
                "bytes per 1,000 tokens     %10.0f sealed, %.0f open%n",
                1000.0 * traceBytes / tokens, 1000.0 * openBytes / tokens);
        System.out.printf(
                "recording                  %10.0f ns a token, sealing %.0f more%n",
                (double) recordNanos / tokens, (double) sealNanos / tokens);
    }

    /** The tokens of a text, to be told again without reading them. */
    private static final class Copy implements TextEvents {
        private final List<long[]> spans = new ArrayList<>();
        private final List<TokenVotes> votes = new ArrayList<>();

        @Override
        public void token(long start, long end, TokenVotes cast) {
            TokenVotes kept = new TokenVotes(cast.voters(), new Weights(1, Map.of()));
            for (int voter = 0; voter < cast.voters().size(); voter++) {
                if (cast.isCast(voter)) {
                    System.arraycopy(cast.of(voter), 0, kept.cast(voter), 0, cast.of(voter).length);
                }
            }
            spans.add(new long[] {start, end});
            votes.add(kept);
        }

        @Override
        public void match(Rule rule, long start, long end) {}

        @Override
        public void unread(List<String> experts, long at) {}

        @Override
        public void broken(List<String> experts, long at) {}

        void tellAgain(TextEvents to) {
            for (int token = 0; token < spans.size(); token++) {
                to.token(spans.get(token)[0], spans.get(token)[1], votes.get(token));
            }
        }
    }
}
