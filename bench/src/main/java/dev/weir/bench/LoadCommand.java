package dev.weir.bench;

import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Question: with so many streams at so many tokens a second, how long until a delta is covered by a {@code released}?
 * Open loop: every stream has a fixed schedule, and latency counts from the moment a delta should have been sent, so a
 * server that stalls cannot hide it. Loopback only, and it stops by itself.
 */
@Command(
        name = "load",
        description = "Plays many streams at a fixed rate to a running server.",
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {

    @Option(
            names = "--url",
            defaultValue = "ws://127.0.0.1:8080/v1/stream",
            description = "Server, on loopback (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("ws://127.0.0.1:8080/v1/stream");

    @Option(names = "--streams", defaultValue = "200", description = "At once (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--rate",
            defaultValue = "20",
            description = "Tokens a second of each stream (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--seconds", defaultValue = "60", description = "Measured time (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "20", description = "Seconds before it (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--connections", defaultValue = "4", description = "Sockets (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--mode",
            defaultValue = "STREAM",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.STREAM;

    @Option(names = "--pid", description = "Process of the server, for its memory and processor time.")
    private long pid;

    @Option(names = "--texts", description = "JSON lines with a text, plain or gzip; the demo's without any.")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (!url.getHost().equals("127.0.0.1") && !url.getHost().equals("localhost")) {
            System.err.println("--url " + url + " (expected: a server on loopback)");
            return 2;
        }
        List<List<String>> texts =
                Texts.read(files, 2000).stream().map(LoadCommand::pieces).toList();
        List<WeirClient> clients = new ArrayList<>();
        LoadTally tally = new LoadTally();
        try {
            for (int i = 0; i < connections; i++) {
                clients.add(WeirClient.connect(url, ClientSettings.defaults())
                        .toCompletableFuture()
                        .join());
            }
            List<PlayedStream> played = new ArrayList<>();
            Random random = new Random(5);
            long interval = (long) (1e9 / rate);
            long start = System.nanoTime() + 100_000_000L;
            for (int i = 0; i < streams; i++) {
                played.add(new PlayedStream(
                        clients.get(i % connections),
                        StreamOptions.defaults().withMode(mode),
                        texts,
                        new Random(random.nextLong()),
                        start + (long) (random.nextDouble() * interval),
                        interval,
                        tally));
            }
            ServerProcess server = new ServerProcess(pid);
            play(played, start + warmUp * 1_000_000_000L);
            tally.begin();
            long memoryBefore = server.residentKib();
            long processorBefore = server.processorMillis();
            long measured = start + (warmUp + seconds) * 1_000_000_000L;
            play(played, measured);
            report(tally, server, memoryBefore, processorBefore);
        } finally {
            clients.forEach(WeirClient::close);
        }
        return tally.errors() == 0 ? 0 : 1;
    }

    private void play(List<PlayedStream> played, long untilNanos) {
        long told = System.nanoTime();
        for (long now = System.nanoTime(); now < untilNanos; now = System.nanoTime()) {
            long next = untilNanos;
            for (PlayedStream stream : played) {
                next = Math.min(next, stream.sendWhatIsDue(now));
            }
            if (now - told > 1_000_000_000L) {
                told = now;
                System.err.printf("\r%d s left  ", (untilNanos - now) / 1_000_000_000L);
            }
            LockSupport.parkNanos(Math.max(0, Math.min(next - System.nanoTime(), 2_000_000L)));
        }
        System.err.print("\r            \r");
    }

    private void report(LoadTally tally, ServerProcess server, long memoryBefore, long processorBefore) {
        Histogram latency = tally.latencyMicros();
        System.out.printf(
                "streams %d, %s tokens/s each, %d s measured after %d s warm-up, mode %s, %d connections%n",
                streams, rate, seconds, warmUp, mode, connections);
        System.out.printf(
                "deltas %d (%.0f/s), streams finished %d, stopped %d, errors %d%n",
                tally.deltas(), tally.deltas() / (double) seconds, tally.finished(), tally.stopped(), tally.errors());
        System.out.printf(
                "delta to covering released, from intended send time, ms: p50 %.1f  p99 %.1f  p99.9 %.1f  max %.1f%n",
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getValueAtPercentile(99.9) / 1e3,
                latency.getMaxValue() / 1e3);
        if (pid > 0) {
            System.out.printf(
                    "server: resident %d MiB before, %d MiB after; processor %.2f cores, %.2f ms per 1000 tokens%n",
                    memoryBefore / 1024,
                    server.residentKib() / 1024,
                    (server.processorMillis() - processorBefore) / (seconds * 1e3),
                    (server.processorMillis() - processorBefore) * 1e3 / Math.max(1, tally.deltas()));
        }
    }

    /** Words, each with the space after it: a token settles when what follows it shows that it is whole. */
    private static List<String> pieces(String text) {
        return List.of(text.split("(?<=\\s)(?=\\S)"));
    }

    /** What the kernel says of the server's process; zeros without one. */
    private record ServerProcess(long pid) {

        long residentKib() throws NumberFormatException {
            return readLines("status").stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }

        long processorMillis() {
            return readLines("stat").stream()
                    .map(line -> line.substring(line.lastIndexOf(')') + 2).split(" "))
                    .mapToLong(fields -> (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10)
                    .sum();
        }

        private List<String> readLines(String file) {
            if (pid == 0) {
                return List.of();
            }
            try {
                return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
            } catch (java.io.IOException e) {
                return List.of();
            }
        }
    }
}
