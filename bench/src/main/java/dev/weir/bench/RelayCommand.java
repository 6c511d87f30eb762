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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Question: what does relaying add to the first token, to the next and to a whole reply, against asking the upstream itself,
 * and how soon after a decision to stop is the upstream hung up on? The upstream is one of ours with a fixed rate; each
 * round asks for the same texts directly and through the server, one after the other. In gate mode a word is held until the
 * next begins, because an address may begin in any word: that wait is told apart from what the engine itself takes.
 */
@Command(
        name = "relay",
        description = {
            "What does relaying add to the first token, to the next and to a whole reply, against asking the upstream"
                    + " itself, and how soon after a decision to stop is the upstream hung up on?",
            "",
            "Each round asks for the same texts directly and through a server of its own. A word is held until the next"
                    + " begins, so a token mostly comes with the one after it: its lag is counted in tokens, and what is"
                    + " left of its time (own) is from the token that let it go until it was here.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RelayCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "More settings of the server that is started.")
    private @Nullable Path config;

    @Option(names = "--texts", paramLabel = "FILE", description = "JSON lines with a text; the demo's without any.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--rounds", defaultValue = "12", description = "Of both, interleaved (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--at-once", defaultValue = "8", description = "Replies at once (${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(names = "--tokens", defaultValue = "80", description = "Of a reply at most (${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--rate", defaultValue = "20", description = "Tokens a second and reply (${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--stops", defaultValue = "60", description = "Stopped replies at least (${DEFAULT-VALUE}).")
    private int leastStops;

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    /** Percentiles in milliseconds. */
    record Quantiles(double p50, double p99) {
        static Quantiles of(Histogram nanos) {
            return new Quantiles(nanos.getValueAtPercentile(50) / 1e6, nanos.getValueAtPercentile(99) / 1e6);
        }

        String text() {
            return String.format(Locale.ROOT, "%.1f / %.1f", p50, p99);
        }
    }

    /**
     * One way to the upstream.
     *
     * @param first from asking to the first token; {@code firstOwn} without the tokens that it waited for
     * @param next from when a token was due until it was here; {@code nextOwn} from when the one was due that let it go
     * @param meanLag tokens that were due in between, {@code lagP99} the 99th percentile
     * @param whole from asking to the end of a reply that came whole
     */
    record Times(
            String how,
            long replies,
            long tokens,
            Quantiles first,
            Quantiles firstOwn,
            Quantiles next,
            Quantiles nextOwn,
            double meanLag,
            long lagP99,
            Quantiles whole) {

        static Times of(String how, ReplyReader reader) {
            return new Times(
                    how,
                    reader.first().getTotalCount(),
                    reader.next().getTotalCount(),
                    Quantiles.of(reader.first()),
                    Quantiles.of(reader.firstOwn()),
                    Quantiles.of(reader.next()),
                    Quantiles.of(reader.nextOwn()),
                    reader.lag().getMean(),
                    reader.lag().getValueAtPercentile(99),
                    Quantiles.of(reader.whole()));
        }
    }

    /** From a decision to stop until the upstream's connection was closed, in microseconds. */
    record Cancels(double count, double p50, double p99) {}

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || atOnce < 1 || tokens < 1 || !(rate > 0) || leastStops < 0) {
            throw new IllegalArgumentException("--rounds " + rounds + " --at-once " + atOnce + " --tokens " + tokens
                    + " --rate " + rate + " --stops " + leastStops
                    + " (expected: each at least 1, the rate above 0, and stops not below)");
        }
        RunNote note = RunNote.of(
                "What does relaying add to a token, and how soon is the upstream cancelled?",
                "ops/weir bench "
                        + String.join(
                                " ", command.commandLine().getParseResult().originalArgs()),
                "server-sent events",
                Checkout.root());
        List<String> texts = Texts.samples(files, 64).stream().map(Sample::text).toList();
        try (PacedUpstream upstream = new PacedUpstream(texts, tokens, rate);
                ServerProcess server = start(upstream.url());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            URI relay = URI.create("http://" + server.url().getAuthority() + "/v1");
            long interval = (long) (1e9 / rate);
            ReplyReader warming = new ReplyReader(client, relay, interval);
            List<Integer> all = IntStream.range(0, texts.size()).boxed().toList();
            Set<Integer> stopped = new ConcurrentSkipListSet<>();
            atOnce(threads, all, seed -> {
                if (warming.read(seed)) {
                    stopped.add(seed);
                }
                warming.readWhole(seed);
            });
            List<Integer> passed =
                    all.stream().filter(seed -> !stopped.contains(seed)).toList();
            if (passed.isEmpty() || (stopped.isEmpty() && leastStops > 0)) {
                throw new IllegalArgumentException(stopped.size() + " of " + all.size()
                        + " texts are stopped (expected: some, for --stops, and not all of them)");
            }
            ReplyReader direct = new ReplyReader(client, upstream.url(), interval);
            ReplyReader relayed = new ReplyReader(client, relay, interval);
            for (int round = 0; round < rounds; round++) {
                List<Integer> seeds = turns(passed, round);
                atOnce(threads, seeds, direct::read);
                atOnce(threads, seeds, relayed::read);
                atOnce(threads, seeds, direct::readWhole);
                atOnce(threads, seeds, relayed::readWhole);
                report.say("round " + (round + 1) + " of " + rounds);
            }
            ReplyReader stopping = new ReplyReader(client, relay, interval);
            List<Integer> harmful = List.copyOf(stopped);
            for (int round = 0; round < leastStops && stopping.stops().getTotalCount() < leastStops; round++) {
                atOnce(threads, turns(harmful, round), stopping::read);
                report.say(stopping.stops().getTotalCount() + " of " + leastStops + " stops");
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

    /** What is asked with one text's number. */
    private interface Asking {
        void ask(int seed) throws IOException, InterruptedException;
    }

    /** As many texts as are asked for at once, on from where the round before ended. */
    private List<Integer> turns(List<Integer> seeds, int round) {
        return IntStream.range(round * atOnce, (round + 1) * atOnce)
                .mapToObj(turn -> seeds.get(turn % seeds.size()))
                .toList();
    }

    private static void atOnce(ExecutorService threads, List<Integer> seeds, Asking asking)
            throws IOException, InterruptedException {
        List<Future<?>> replies = new ArrayList<>();
        for (int seed : seeds) {
            replies.add(threads.submit(() -> {
                asking.ask(seed);
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
        String columns = "%-8s %8s %8s %16s %16s %16s %16s %12s %16s%n";
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                columns,
                "p50/p99",
                "replies",
                "tokens",
                "first ms",
                "first own ms",
                "next ms",
                "next own ms",
                "lag tokens",
                "whole ms"));
        for (Times each : times) {
            table.append(String.format(
                    Locale.ROOT,
                    columns,
                    each.how(),
                    each.replies(),
                    each.tokens(),
                    each.first().text(),
                    each.firstOwn().text(),
                    each.next().text(),
                    each.nextOwn().text(),
                    String.format(Locale.ROOT, "%.2f, %d", each.meanLag(), each.lagP99()),
                    each.whole().text()));
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "lag: mean, p99; own: without the tokens waited for%n"
                                + "decision to upstream cancel: p50 %.0f us, p99 %.0f us, of %.0f%n",
                        cancels.p50(),
                        cancels.p99(),
                        cancels.count());
    }
}
