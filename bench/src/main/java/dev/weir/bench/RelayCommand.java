package dev.weir.bench;

import dev.weir.bench.load.Sample;
import dev.weir.bench.relay.PacedUpstream;
import dev.weir.bench.relay.ReplyReader;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.Checkout;
import dev.weir.bench.server.Scrape;
import dev.weir.bench.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Question: what does relaying add to the first token and to the next, against asking the upstream itself, and how soon
 * after a decision to stop is the upstream hung up on? The upstream is one of ours with a fixed rate; each round asks for
 * the same texts directly and through the server, one after the other.
 */
@Command(
        name = "relay",
        description =
                "Added time to first and next token of relayed replies, and time from decision to upstream cancel.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RelayCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "More settings of the server that is started.")
    private @Nullable Path config;

    @Option(names = "--texts", paramLabel = "FILE", description = "JSON lines with a text; the demo's without any.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--rounds", defaultValue = "6", description = "Of both, interleaved (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--at-once", defaultValue = "8", description = "Replies at once (${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(names = "--tokens", defaultValue = "80", description = "Of a reply at most (${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--rate", defaultValue = "20", description = "Tokens a second and reply (${DEFAULT-VALUE}).")
    private double rate;

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    /** Times in milliseconds. */
    record Times(
            String how, long replies, double firstP50, double firstP99, double nextP50, double nextP99, long stopped) {

        static Times of(String how, ReplyReader reader) {
            return new Times(
                    how,
                    reader.first().getTotalCount(),
                    millis(reader.first(), 50),
                    millis(reader.first(), 99),
                    millis(reader.next(), 50),
                    millis(reader.next(), 99),
                    reader.stops().getTotalCount());
        }

        private static double millis(Histogram nanos, double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /** From a decision to stop until the upstream's connection was closed, in microseconds. */
    record Cancels(double count, double p50, double p99) {}

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || atOnce < 1 || tokens < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("--rounds " + rounds + " --at-once " + atOnce + " --tokens " + tokens
                    + " --rate " + rate + " (expected: each at least 1, and above 0)");
        }
        RunNote note = RunNote.of(
                "What does relaying add to a token, and how soon is the upstream cancelled?",
                "ops/weir bench "
                        + String.join(
                                " ", command.commandLine().getParseResult().originalArgs()),
                "server-sent events",
                Checkout.root());
        List<String> texts =
                Texts.samples(files, 4_000).stream().map(Sample::text).toList();
        try (PacedUpstream upstream = new PacedUpstream(texts, tokens, rate);
                ServerProcess server = start(upstream.url());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            URI relay = URI.create("http://" + server.url().getAuthority() + "/v1");
            round(threads, new ReplyReader(client, relay), 0); // warms both up
            ReplyReader direct = new ReplyReader(client, upstream.url());
            ReplyReader relayed = new ReplyReader(client, relay);
            for (int round = 0; round < rounds; round++) {
                round(threads, direct, round);
                round(threads, relayed, round);
                report.say("round " + (round + 1) + " of " + rounds);
            }
            Scrape metrics = Scrape.of(client, server.admin());
            Cancels cancels = new Cancels(
                    metrics.value("weir_relay_cancel_seconds_count"),
                    1e6 * metrics.value("weir_relay_cancel_seconds{quantile=\"0.5\"}"),
                    1e6 * metrics.value("weir_relay_cancel_seconds{quantile=\"0.99\"}"));
            List<Times> times = List.of(Times.of("direct", direct), Times.of("relayed", relayed));
            report.write(new Run(note, List.of(), List.of(times, cancels), List.of(), table(times, cancels)));
        }
        return 0;
    }

    private void round(ExecutorService threads, ReplyReader reader, int round)
            throws IOException, InterruptedException {
        List<Future<?>> replies = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            int seed = round * atOnce + i;
            replies.add(threads.submit(() -> {
                reader.read(seed);
                return null;
            }));
        }
        for (Future<?> reply : replies) {
            try {
                reply.get();
            } catch (ExecutionException e) {
                throw new IOException("a reply could not be read: " + e.getCause(), e);
            }
        }
    }

    private ServerProcess start(URI upstream) throws IOException, InterruptedException {
        Path settings = Files.createTempFile("weir-relay", ".conf");
        try {
            String more = config == null ? "" : Files.readString(config);
            Files.writeString(settings, more + "\nweir.relay.upstream = \"" + upstream + "\"\n");
            return ServerProcess.start(Checkout.root().resolve("ops/weir"), settings);
        } finally {
            Files.deleteIfExists(settings);
        }
    }

    private static String table(List<Times> times, Cancels cancels) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-8s %8s %14s %14s %14s %14s %8s%n",
                "",
                "replies",
                "first p50 ms",
                "first p99 ms",
                "next p50 ms",
                "next p99 ms",
                "stopped"));
        for (Times each : times) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-8s %8d %14.1f %14.1f %14.1f %14.1f %8d%n",
                    each.how(),
                    each.replies(),
                    each.firstP50(),
                    each.firstP99(),
                    each.nextP50(),
                    each.nextP99(),
                    each.stopped()));
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "decision to upstream cancel: p50 %.0f us, p99 %.0f us, of %.0f%n",
                        cancels.p50(),
                        cancels.p99(),
                        cancels.count());
    }
}
