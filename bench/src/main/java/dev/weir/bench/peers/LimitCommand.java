package dev.weir.bench.peers;

import dev.weir.bench.server.ProcessTimes;
import dev.weir.bench.server.Scrape;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Question: how near does the server come to its networks run bare? First what a token costs each network by itself, by
 * rows and tokens of a run. Then the streaming expert end to end over the socket, many streams at a fixed rate, and
 * beside each round the bare loop with as many rows and tokens a run as the server had. The lexicon cannot be left out
 * of a server, so it is in; the ledger is not.
 */
@Command(
        name = "limit",
        description = "The server's streaming expert over the socket beside bare loops of ONNX Runtime.",
        mixinStandardHelpOptions = true)
public final class LimitCommand implements Callable<Integer> {
    private static final int CONNECTIONS = 8;
    private static final int WARM_UP_SECONDS = 60;
    private static final int SETTLE_SECONDS = 5;
    private static final int[][] WINDOWS = {{1, 16}, {1, 64}, {2, 64}, {8, 64}, {1, 250}, {1, 512}};
    private static final int[][] ROWS = {{1, 1}, {1, 2}, {4, 1}, {8, 1}, {16, 1}, {32, 1}, {64, 1}, {16, 2}, {32, 2}};
    /** How the names of the dispatcher's threads begin, as far as the kernel keeps them. */
    private static final List<String> EXPERT_THREADS = List.of("weir-weir.exper");

    @Option(
            names = "--streams",
            defaultValue = "400",
            description = "To the server, at once (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--rate",
            defaultValue = "20",
            description = "Tokens a second of each stream (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "Measured time of the server in a round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--bare-seconds",
            defaultValue = "2",
            description = "Processor time measured of each bare loop (default: ${DEFAULT-VALUE}).")
    private double bareSeconds;

    @Option(
            names = "--warm-up",
            defaultValue = "300000",
            description = "Tokens that warm the server up, in at most a minute (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Mixin
    private final Material material = new Material();

    /** The server at one moment. */
    private record Moment(Scrape scrape, ProcessTimes times) {}

    /** What the server did in one round: of all its threads, and of the expert's. */
    private record Served(double tokens, double rows, double runs, double processorMillis, double expertMillis) {

        static Served between(Moment before, Moment after, String expert) {
            String label = "{expert=\"" + expert + "\"}";
            return new Served(
                    after.scrape().since(before.scrape(), "weir_batch_tokens_sum" + label),
                    after.scrape().since(before.scrape(), "weir_batch_rows_sum" + label),
                    after.scrape().since(before.scrape(), "weir_batch_rows_count" + label),
                    after.times().millis() - before.times().millis(),
                    after.times().millisSince(before.times(), EXPERT_THREADS));
        }

        int rowsOfRun() {
            return (int) Math.max(1, Math.round(rows / runs));
        }

        int tokensOfRow() {
            return (int) Math.max(1, Math.round(tokens / rows));
        }

        double microsPerToken() {
            return processorMillis * 1e3 / tokens;
        }

        double microsPerTokenOutsideExpert() {
            return (processorMillis - expertMillis) * 1e3 / tokens;
        }
    }

    @Override
    public Integer call() throws Exception {
        Networks networks = material.networks();
        try (BareLoop encoder = new BareLoop(networks.encoder());
                BareLoop streaming = new BareLoop(networks.streamingModel())) {
            System.out.println("bare loops, one thread              us/token   tokens/cpu-s");
            for (int[] shape : WINDOWS) {
                double micros = encoder.encode(networks.windowed().manifest(), shape[0], shape[1], bareSeconds);
                print(networks.windowed().name(), shape, micros);
            }
            for (int[] shape : ROWS) {
                double micros = streaming.stream(networks.streaming().manifest(), shape[0], shape[1], bareSeconds);
                print(networks.streaming().name(), shape, micros);
            }
            endToEnd(networks, streaming);
        }
        return 0;
    }

    private static void print(String network, int[] shape, double micros) {
        System.out.printf(
                "%-10s %4d rows of %3d tokens %12.1f %14.0f%n", network, shape[0], shape[1], micros, 1e6 / micros);
    }

    private void endToEnd(Networks networks, BareLoop bare) throws Exception {
        List<List<String>> texts = material.texts(networks);
        String expert = networks.streaming().name();
        List<Double> shares = new ArrayList<>();
        String settings = """
                weir {
                  models.experts = [lexicon, %s]
                  ledger.url = ""
                  policy-defaults { requires = [%s], stop-thresholds.by = typed }
                }
                """.formatted(expert, expert);
        try (HttpClient client = HttpClient.newHttpClient();
                RunningWeir server = material.lineup(networks, client).startWeir("streaming", Optional.of(settings));
                Visitors visitors = new Visitors(server, CONNECTIONS, texts)) {
            visitors.warmUp(streams, warmUp, WARM_UP_SECONDS);
            System.out.printf("%nover the socket, %d streams x %s tokens/s, rounds of %d s%n", streams, rate, seconds);
            System.out.println("tokens/s  rows x tokens  us/token  tokens/cpu-s  bare us/token  share  other us"
                    + "  outside the expert's thread us    p50 / p99 ms  errors");
            for (int round = 1; round <= rounds; round++) {
                Visitors.Visit<Moment> visit = visitors.play(
                        streams,
                        rate,
                        SETTLE_SECONDS,
                        seconds,
                        round,
                        () -> new Moment(server.scrape(), server.times()));
                Served served = Served.between(visit.before(), visit.after(), expert);
                double bareMicros = bare.stream(
                        networks.streaming().manifest(), served.rowsOfRun(), served.tokensOfRow(), bareSeconds);
                shares.add(bareMicros / served.microsPerToken());
                print(served, bareMicros, visit);
            }
        }
        System.out.printf(
                "median share of the bare loop's tokens per processor second: %.2f%n", Comparison.median(shares));
    }

    private void print(Served served, double bareMicros, Visitors.Visit<Moment> visit) {
        Histogram latency = visit.seen().latencyMicros();
        System.out.printf(
                "%8.0f  %6d x %-4d %9.1f %13.0f %14.1f %6.2f %9.1f %31.1f %8.1f / %5.1f %7d%n",
                served.tokens() / seconds,
                served.rowsOfRun(),
                served.tokensOfRow(),
                served.microsPerToken(),
                1e6 / served.microsPerToken(),
                bareMicros,
                bareMicros / served.microsPerToken(),
                served.microsPerToken() - bareMicros,
                served.microsPerTokenOutsideExpert(),
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                visit.errors());
    }
}
