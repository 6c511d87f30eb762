package dev.weir.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** The clients there are, and how each is started. */
enum ClientKind {
    JAVA_JSON("java", Units.UTF16),
    JAVA_PROTO("java", Units.UTF16),
    PYTHON("python", Units.CODEPOINT),
    /** In Node with the package ws, as Node 20 needs it. */
    TYPESCRIPT_WS("typescript", Units.UTF16),
    /** In Node with a WebSocket of its own, as browsers have it. */
    TYPESCRIPT_GLOBAL("typescript", Units.UTF16),
    GO("go", Units.UTF8);

    private static final Path CLIENTS = Path.of(System.getProperty("weir.repository"), "clients");

    private static final Path GO_DRIVER = CLIENTS.resolve("target").resolve("go-driver");

    /** Kinds that were built, with why they cannot run; empty for those that can. */
    private static final Map<ClientKind, String> BUILT = new ConcurrentHashMap<>();

    private final String language;
    private final Units units;

    ClientKind(String language, Units units) {
        this.language = language;
        this.units = units;
    }

    String language() {
        return language;
    }

    Units units() {
        return units;
    }

    boolean isProto() {
        return this == JAVA_PROTO;
    }

    Subprotocol subprotocol() {
        return isProto() ? Subprotocol.PROTO : Subprotocol.JSON;
    }

    /** Whether it can say who it is in a header, as a browser's WebSocket cannot. */
    boolean sendsHeaders() {
        return this != TYPESCRIPT_GLOBAL;
    }

    /** Whether it is told with which status a handshake was refused, as a browser's WebSocket is not. */
    boolean seesStatus() {
        return this != TYPESCRIPT_GLOBAL;
    }

    /** Builds the client; skips the test, with one line why, where its language is not installed. */
    void require() {
        if (this == TYPESCRIPT_GLOBAL) {
            TYPESCRIPT_WS.require();
        }
        String missing = BUILT.computeIfAbsent(this, ClientKind::build);
        Assumptions.assumeTrue(missing.isEmpty(), missing);
    }

    /** Starts one that does nothing yet. */
    Driver start() throws IOException {
        require();
        return switch (this) {
            case JAVA_JSON, JAVA_PROTO -> new JavaDriver(subprotocol());
            case PYTHON -> new ProcessDriver(CLIENTS.resolve("python"), "python3", "driver.py");
            case TYPESCRIPT_WS -> new ProcessDriver(CLIENTS.resolve("typescript"), "node", "test/driver.mjs", "ws");
            case TYPESCRIPT_GLOBAL ->
                new ProcessDriver(
                        CLIENTS.resolve("typescript"),
                        "node",
                        "--experimental-websocket",
                        "--no-warnings",
                        "test/driver.mjs");
            case GO -> new ProcessDriver(CLIENTS.resolve("go"), GO_DRIVER.toString());
        };
    }

    /** Builds what has to be built, and fails when it cannot be; says why where the means for it are not installed. */
    private String build() {
        Path typescript = CLIENTS.resolve("typescript");
        Path go = CLIENTS.resolve("go");
        return switch (this) {
            case JAVA_JSON, JAVA_PROTO -> "";
            case PYTHON ->
                works(CLIENTS, "python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
                        ? ""
                        : "no python3 >= 3.9 on the PATH: the Python client is not tested";
            case TYPESCRIPT_WS -> {
                if (!works(
                        typescript, "node", "--eval", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)")) {
                    yield "no node >= 20 on the PATH: the TypeScript client is not tested";
                }
                boolean installed = Files.exists(typescript.resolve("node_modules/.package-lock.json"));
                if (!installed && !works(typescript, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")) {
                    yield "npm could not install the compiler: the TypeScript client is not tested";
                }
                must(typescript, "npm", "run", "build");
                yield "";
            }
            case TYPESCRIPT_GLOBAL ->
                works(typescript, "node", "--experimental-websocket", "-e", "globalThis.WebSocket || process.exit(1)")
                        ? ""
                        : "no node >= 20.10 on the PATH: a WebSocket of Node's own is not tested";
            case GO -> {
                if (!works(go, "go", "version")) {
                    yield "no go on the PATH: the Go client is not tested";
                }
                must(go, "go", "vet", "./...");
                must(go, "go", "build", "-o", GO_DRIVER.toString(), "./driver");
                yield "";
            }
        };
    }

    private static boolean works(Path folder, String... command) {
        return run(folder, command).isEmpty();
    }

    private static void must(Path folder, String... command) {
        String complaint = run(folder, command);
        assertThat(complaint).as(String.join(" ", command)).isEmpty();
    }

    /** What it complained of; empty when it went well. */
    private static String run(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : "it failed: " + output;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
