package dev.weir.bench;

import dev.weir.bench.hostile.Crowd;
import dev.weir.bench.hostile.Door;
import dev.weir.bench.hostile.Intruder;
import dev.weir.bench.hostile.Locks;
import dev.weir.bench.hostile.Tunnel;
import dev.weir.bench.load.Latencies;
import dev.weir.bench.load.LoadClient;
import dev.weir.bench.load.Tallied;
import dev.weir.bench.load.Traffic;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.Checkout;
import dev.weir.bench.server.ProcessTimes;
import dev.weir.bench.server.ServerProcess;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Question: what becomes of clients that mean harm, and of those beside them? A server of its own, locked with keys and
 * tokens, on loopback; some streams of a neighbour are timed alone, during each attack and alone again. An attack is over
 * when the server is rid of all who took part. Under TLS the neighbour's client goes through a tunnel in this process.
 */
@Command(
        name = "hostile",
        description = "What becomes of clients that mean harm, and of those beside them.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class HostileCommand implements Callable<Integer> {

    private static final double ALONE_SECONDS = 15;
    private static final double REST_SECONDS = 3;
    private static final long SAMPLE_MILLIS = 100;
    private static final double AS_FAST_AS_CAN_BE = 2_500;

    @Option(names = "--tls", description = "Encrypt the port.")
    private boolean tls;

    @Option(names = "--sockets", defaultValue = "10000", description = "Opened and left (${DEFAULT-VALUE}).")
    private int sockets;

    @Option(names = "--slow", defaultValue = "1000", description = "That say a byte a second (${DEFAULT-VALUE}).")
    private int slow;

    @Option(
            names = "--large",
            defaultValue = "2000",
            description = "Bombs, bodies and frames, each (${DEFAULT-VALUE}).")
    private int large;

    @Option(names = "--tokens", defaultValue = "5000", description = "Forged ones, for each door (${DEFAULT-VALUE}), …")
    private int tokens;

    @Option(names = "--token-rate", defaultValue = "500", description = "… so many a second (${DEFAULT-VALUE}).")
    private double tokenRate;

    @Option(names = "--streams", defaultValue = "20", description = "Of the neighbour (${DEFAULT-VALUE}).")
    private int streams;

    @Option(names = "--warm-up", defaultValue = "30", description = "Seconds before all (${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(names = "--rate", defaultValue = "20", description = "Tokens a second and stream (${DEFAULT-VALUE}).")
    private double rate;

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    private final Progress progress = new Progress();
    private final List<Attack> attacks = new ArrayList<>();

    /**
     * @param endings how many ended how
     * @param residentMib of the server before, at most meanwhile, and after
     * @param neighbour from a delta to its {@code released}
     */
    record Attack(
            String name,
            Map<String, Integer> endings,
            double seconds,
            Resident residentMib,
            Latencies neighbour,
            Map<String, Long> neighboursErrors) {}

    record Resident(long before, long peak, long after) {}

    @Override
    public Integer call() throws Exception {
        RunNote note = RunNote.of(
                "What becomes of clients that mean harm, and of those beside them?",
                "ops/weir bench "
                        + String.join(
                                " ", command.commandLine().getParseResult().originalArgs()),
                Subprotocol.JSON.wireName() + (tls ? " over TLS" : ""),
                Checkout.root());
        Path folder = Files.createTempDirectory("weir-hostile");
        try {
            Locks locks = Locks.make(folder, tls);
            try (ServerProcess server = start(locks)) {
                Door door = new Door(server.url().getPort(), tls ? locks.trusting() : null);
                Thread stop = new Thread(server::close, "stop-server");
                Runtime.getRuntime().addShutdownHook(stop);
                attack(server, door, locks);
                Runtime.getRuntime().removeShutdownHook(stop);
            }
        } finally {
            delete(folder);
        }
        report.write(new Run(note, List.of(), attacks, List.of(), table()));
        return attacks.stream().allMatch(attack -> attack.neighboursErrors().isEmpty()) ? 0 : 1;
    }

    private ServerProcess start(Locks locks) throws IOException, InterruptedException {
        progress.say("starting the server");
        return ServerProcess.start(Checkout.root().resolve("ops/weir"), locks.settings());
    }

    private void attack(ServerProcess server, Door door, Locks locks) throws Exception {
        if (!tls) {
            attack(server, locks, door.port(), new Intruder(door, locks.key(), locks.forged()));
            return;
        }
        try (Tunnel tunnel = Tunnel.to(door)) {
            attack(server, locks, tunnel.port(), new Intruder(door, locks.key(), locks.forged()));
        }
    }

    private void attack(ServerProcess server, Locks locks, int port, Intruder intruder) throws Exception {
        URI url = URI.create("ws://" + locks.key() + "@127.0.0.1:" + port + "/v1/stream");
        Traffic traffic = Traffic.of(Texts.samples(List.of(), 4_000), rate, Mode.STREAM, 0, 20261122);
        try (LoadClient neighbour = LoadClient.connect(url, Subprotocol.JSON, 4, traffic)) {
            neighbour.setStreams(streams);
            progress.await(warmUpSeconds, "warming up");
            Stage stage = new Stage(server.pid(), neighbour);
            stage.play("alone", 0, 1, 1, () -> "");
            double fast = AS_FAST_AS_CAN_BE;
            stage.play("opened and left", sockets, fast, sockets, intruder::opens);
            if (tls) {
                stage.play("encrypted and left", sockets / 10, fast, sockets, intruder::encrypts);
            }
            stage.play("WebSockets left", tls ? sockets / 10 : sockets, fast, sockets, intruder::opensWebSocket);
            stage.play("heads, a byte a second", slow, fast, slow, intruder::saysItsHeadSlowly);
            stage.play("bodies, a byte a second", slow, fast, slow, intruder::saysItsBodySlowly);
            stage.play("packed bombs", large, fast, 50, intruder::sendsABomb);
            stage.play("bodies too long", large, fast, 50, intruder::sendsABodyTooLong);
            stage.play("pieces without end", large / 10, fast, 50, intruder::sendsPiecesWithoutEnd);
            stage.play("frames too long", large / 10, fast, 50, intruder::sendsAFrameTooLong);
            stage.play("forged, WebSocket", tokens, tokenRate, 500, intruder::forgesForAWebSocket);
            stage.play("forged, request", tokens, tokenRate, 500, intruder::forgesForARequest);
            stage.play("alone again", 0, 1, 1, () -> "");
        }
    }

    /** The server and its neighbour, watched. */
    private final class Stage {
        private final long pid;
        private final LoadClient neighbour;

        Stage(long pid, LoadClient neighbour) {
            this.pid = pid;
            this.neighbour = neighbour;
        }

        void play(String name, int count, double perSecond, int atOnce, Callable<String> intruder)
                throws IOException, InterruptedException {
            long before = resident();
            long peak = before;
            Crowd crowd = new Crowd();
            neighbour.beginMeasuring();
            long began = System.nanoTime();
            CompletableFuture<Map<String, Integer>> attack = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    attack.complete(crowd.send(count, perSecond, atOnce, intruder));
                } catch (InterruptedException e) {
                    attack.completeExceptionally(e);
                }
            });
            while (!isOver(attack) || (count == 0 && seconds(began) < ALONE_SECONDS)) {
                Thread.sleep(count == 0 ? SAMPLE_MILLIS : 0);
                peak = Math.max(peak, resident());
                progress.say("%s: %d at it, %.0f s".formatted(name, crowd.present(), seconds(began)));
            }
            double took = seconds(began);
            Tallied seen = neighbour.endMeasuring();
            progress.await(REST_SECONDS, name + " is over");
            attacks.add(new Attack(
                    name,
                    new TreeMap<>(attack.join()),
                    took,
                    new Resident(before, peak, resident()),
                    seen.released(),
                    seen.errors()));
            report.show(line(attacks.getLast()));
        }

        private long resident() throws IOException {
            return ProcessTimes.residentKib(pid) / 1024;
        }
    }

    private static boolean isOver(CompletableFuture<?> attack) throws IOException, InterruptedException {
        try {
            attack.get(SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException("the attack broke off: " + e.getCause(), e);
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static final String FORMAT = "%-24s %6s  %7s  %-16s  %7s %8s  %s%n";

    private static String line(Attack attack) {
        return String.format(
                Locale.ROOT,
                FORMAT,
                attack.name(),
                attack.endings().values().stream().mapToInt(Integer::intValue).sum(),
                "%.0f s".formatted(attack.seconds()),
                attack.residentMib().before() + " " + attack.residentMib().peak() + " "
                        + attack.residentMib().after(),
                "%.1f".formatted(attack.neighbour().p50()),
                "%.1f".formatted(attack.neighbour().p99()),
                attack.endings().entrySet().stream()
                                .map(ending -> ending.getValue() + " " + ending.getKey())
                                .collect(Collectors.joining(", "))
                        + (attack.neighboursErrors().isEmpty() ? "" : " neighbour: " + attack.neighboursErrors()));
    }

    private String table() {
        return String.format(Locale.ROOT, FORMAT, "", "clients", "took", "RSS MiB", "p50 ms", "p99 ms", "endings")
                + attacks.stream().map(HostileCommand::line).collect(Collectors.joining());
    }
}
