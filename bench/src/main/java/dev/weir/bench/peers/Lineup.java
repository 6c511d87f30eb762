package dev.weir.bench.peers;

import dev.weir.bench.server.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts contestants, each as a process of its own, and installs what a peer needs before its first start. */
final class Lineup {
    private static final int MINUTES_TO_INSTALL = 10;
    private final Path repository;
    private final Path work;
    private final Networks networks;
    private final HttpClient client;

    Lineup(Path repository, Path work, Networks networks, HttpClient client) {
        this.repository = repository;
        this.work = work;
        this.networks = networks;
        this.client = client;
    }

    Running start(Contestant contestant) throws NotInstalledException, IOException, InterruptedException {
        return switch (contestant.kind()) {
            case NODE -> startNode(contestant);
            case DJL -> startDjl(contestant);
            case WEIR -> {
                Optional<Strategy> strategy = contestant.strategy();
                yield startWeir(
                        fileName(contestant),
                        strategy.isPresent() ? Optional.of(settingsOf(strategy.get())) : Optional.empty());
            }
        };
    }

    private Running startNode(Contestant contestant) throws NotInstalledException, IOException, InterruptedException {
        Path folder = repository.resolve("bench/peers/node");
        if (isStale(folder.resolve("node_modules/.package-lock.json"), folder.resolve("package-lock.json"))) {
            install(
                    contestant,
                    folder,
                    List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                    // the libraries for the CPU are inside the package; its script would fetch those for a GPU
                    Map.of("ONNXRUNTIME_NODE_INSTALL", "skip"));
        }
        Strategy strategy = contestant.strategy().orElseThrow();
        return PeerProcess.start(
                List.of(
                        "node",
                        "server.mjs",
                        "--encoder",
                        encoder(contestant),
                        "--head",
                        networks.head().toString(),
                        "--tokenizer",
                        networks.tokenizer().toString(),
                        "--window",
                        Integer.toString(strategy.window()),
                        "--every",
                        Integer.toString(strategy.every())),
                Map.of(),
                folder,
                log(contestant),
                client);
    }

    private String encoder(Contestant contestant) throws IOException {
        return (contestant.inFloats() ? networks.encoderInFloats() : networks.encoder()).toString();
    }

    private Running startDjl(Contestant contestant) throws NotInstalledException, IOException, InterruptedException {
        Path module = repository.resolve("bench/peers/djl");
        Path built = module.resolve("target/.built");
        if (isStale(built, module.resolve("src"), module.resolve("pom.xml"), repository.resolve("pom.xml"))) {
            install(
                    contestant,
                    repository,
                    List.of("mvn", "-B", "-Ppeers", "-pl", "bench/peers/djl", "-DskipTests", "package"),
                    Map.of("JAVA25_HOME", System.getProperty("java.home")));
            Files.writeString(built, "");
        }
        Strategy strategy = contestant.strategy().orElseThrow();
        return PeerProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseG1GC",
                        "-Xms128m",
                        "-Xmx1g",
                        "-Dai.djl.offline=true",
                        "-cp",
                        module.resolve("target/weir/lib") + "/*",
                        "dev.weir.peers.djl.Server",
                        encoder(contestant),
                        networks.head().toString(),
                        networks.tokenizer().toString(),
                        Integer.toString(strategy.window()),
                        Integer.toString(strategy.every())),
                Map.of("DJL_CACHE_DIR", work.resolve("djl").toString()),
                repository,
                log(contestant),
                client);
    }

    /** Starts our server with settings of its own, in HOCON; without any as it is shipped. */
    RunningWeir startWeir(String name, Optional<String> settings) throws IOException, InterruptedException {
        Path config = null;
        if (settings.isPresent()) {
            config = Files.writeString(work.resolve(name + ".conf"), settings.get());
        }
        return new RunningWeir(
                ServerProcess.start(repository.resolve("ops/weir"), config),
                client,
                networks.windowed().name());
    }

    /** The windowed expert alone, asked wherever the strategy says; what peers have none of is off. */
    private String settingsOf(Strategy strategy) throws IOException {
        String expert = networks.windowed().name();
        return """
                weir {
                  models { directory = "%s", experts = [lexicon, %s] }
                  cascade { from-risk = 0, to-risk = 1 }
                  batching.cpu.max-batch-size = 1
                  overload.enabled = false
                  ledger.url = ""
                  policy-defaults { requires = [%s], stop-thresholds.by = typed }
                }
                """.formatted(networks.expertsFor(strategy), expert, expert);
    }

    private Path log(Contestant contestant) {
        return work.resolve(fileName(contestant) + ".log");
    }

    private static String fileName(Contestant contestant) {
        return contestant.name().replace(':', '-');
    }

    /** Whether something was never built, or is older than a file it was built from. */
    private static boolean isStale(Path built, Path... sources) throws IOException {
        if (!Files.exists(built)) {
            return true;
        }
        FileTime when = Files.getLastModifiedTime(built);
        for (Path source : sources) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.getLastModifiedTime(file).compareTo(when) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void install(Contestant contestant, Path folder, List<String> command, Map<String, String> environment)
            throws NotInstalledException, InterruptedException {
        Path log = work.resolve(fileName(contestant) + "-install.log");
        System.err.println(contestant.name() + ": installing, with " + String.join(" ", command));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(MINUTES_TO_INSTALL, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new NotInstalledException(command.getFirst() + " took more than " + MINUTES_TO_INSTALL + " min");
            }
            if (process.exitValue() != 0) {
                throw new NotInstalledException(command.getFirst() + " failed; see " + log);
            }
        } catch (IOException e) {
            throw new NotInstalledException("no " + command.getFirst() + " on the PATH");
        }
    }
}
