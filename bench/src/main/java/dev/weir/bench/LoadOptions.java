package dev.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bench.load.LoadClient;
import dev.weir.bench.load.Traffic;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.Checkout;
import dev.weir.bench.server.ServerProcess;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every load run takes: which server, and which traffic. */
final class LoadOptions {

    /** A server refuses more streams on one connection than this by default. */
    private static final int STREAMS_PER_CONNECTION = 500;

    private static final int TEXTS = 4_000;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings of the server that is started.")
    private @Nullable Path config;

    @Option(
            names = "--url",
            description = "A server that runs already, on loopback, with --admin and --pid; else one is started.")
    private @Nullable URI url;

    @Option(names = "--admin", description = "Its admin port, such as http://127.0.0.1:9090.")
    private @Nullable URI admin;

    @Option(names = "--pid", description = "Its process, of this user and on JDK 25.")
    private long pid;

    @Option(names = "--texts", paramLabel = "FILE", description = "JSON lines with a text; the demo's without any.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--rate", defaultValue = "20", description = "Tokens a second and stream (${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--mode",
            defaultValue = "STREAM",
            description =
                    "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); gate holds back text of raised risk on purpose.")
    private Mode mode = Mode.STREAM;

    @Option(
            names = "--subprotocol",
            defaultValue = "JSON",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}): text frames, or the binary ones of protobuf.")
    private Subprotocol subprotocol = Subprotocol.JSON;

    @Option(names = "--connections", description = "Sockets; without it 4, or one for each 500 streams.")
    private int connections;

    @Option(names = "--seed", defaultValue = "20261121", description = "Of schedules and texts (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--warm-up-tokens", defaultValue = "100000", description = "At least (${DEFAULT-VALUE}), …")
    private long warmUpTokens;

    @Option(names = "--warm-up-seconds", defaultValue = "60", description = "… but no longer (${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    long warmUpTokens() {
        return warmUpTokens;
    }

    double warmUpSeconds() {
        return warmUpSeconds;
    }

    double rate() {
        return rate;
    }

    /** Starts or finds the server, and connects. Whatever ends this process stops what was started. */
    Rig open(int mostStreams, double harmfulShare) throws IOException, InterruptedException {
        Traffic traffic = Traffic.of(Texts.samples(files, TEXTS), rate, mode, harmfulShare, seed);
        ServerProcess server = url == null ? start() : running(url);
        int sockets = connections > 0 ? connections : Math.max(4, mostStreams / STREAMS_PER_CONNECTION + 1);
        LoadClient client;
        try {
            client = LoadClient.connect(server.url(), subprotocol, sockets, traffic);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Rig rig = new Rig(server, client, traffic, windowedExperts());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(rig), "stop-rig"));
        return rig;
    }

    private static void close(Rig rig) {
        try {
            rig.close();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }

    private ServerProcess start() throws IOException, InterruptedException {
        new Progress().say("starting the server");
        return ServerProcess.start(launcher(), config);
    }

    private ServerProcess running(URI running) {
        URI metrics = admin;
        if (!isLoopback(running) || metrics == null || !isLoopback(metrics) || pid <= 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "--url " + running + " --admin " + metrics + " --pid " + pid
                            + " (expected: all three, of a server on loopback)");
        }
        return ServerProcess.running(running, metrics, pid);
    }

    private static boolean isLoopback(URI uri) {
        return Set.of("127.0.0.1", "localhost", "[::1]").contains(String.valueOf(uri.getHost()));
    }

    /** @return what a reader of the result must know */
    RunNote note(String question) {
        List<String> words = command.commandLine().getParseResult().originalArgs();
        return RunNote.of(
                question, "ops/weir bench " + String.join(" ", words), subprotocol.wireName(), Checkout.root());
    }

    private static Path launcher() {
        return Checkout.root().resolve("ops/weir");
    }

    /** By what the shipped manifests say; an expert of another folder counts as none. */
    private static Set<String> windowedExperts() throws IOException {
        Set<String> windowed = new TreeSet<>();
        ObjectMapper json = new ObjectMapper();
        Path models = Path.of(System.getenv().getOrDefault("WEIR_MODELS_DIRECTORY", "models/experts"));
        try (DirectoryStream<Path> experts = Files.newDirectoryStream(models)) {
            for (Path expert : experts) {
                Path manifest = expert.resolve("expert.json");
                if (Files.exists(manifest)) {
                    JsonNode said = json.readTree(manifest.toFile());
                    if (said.path("kind").asText().equals("windowed")) {
                        windowed.add(said.path("name").asText());
                    }
                }
            }
        }
        return windowed;
    }
}
