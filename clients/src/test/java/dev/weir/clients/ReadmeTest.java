package dev.weir.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in each README runs as it stands. */
class ReadmeTest {

    private static final Path CLIENTS = Path.of(System.getProperty("weir.repository"), "clients");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```[a-z]+\n(.*?)```");

    @TempDir
    static Path folder;

    private static Server server;

    @BeforeAll
    static void startServer() throws Exception {
        server = LiveServer.start(folder.resolve("ledger.db"));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void theExampleInPythonRuns() throws Exception {
        assertShowsNoCard(ClientKind.PYTHON, "target/example.py", List.of("env", "PYTHONPATH=.", "python3"));
    }

    @Test
    void theExampleInTypescriptRuns() throws Exception {
        assertShowsNoCard(ClientKind.TYPESCRIPT_WS, "target/example.mjs", List.of("node"));
    }

    @Test
    void theExampleInGoRuns() throws Exception {
        assertShowsNoCard(ClientKind.GO, "target/example.go", List.of("go", "run"));
    }

    private static void assertShowsNoCard(ClientKind kind, String file, List<String> command) throws Exception {
        kind.require();
        Path client = CLIENTS.resolve(kind.language());
        Matcher example = EXAMPLE.matcher(Files.readString(client.resolve("README.md")));
        assertThat(example.find()).isTrue();
        Path program = client.resolve(file);
        Files.createDirectories(program.getParent());
        Files.writeString(program, example.group(1).replace("localhost:8080", "127.0.0.1:" + server.port()));
        List<String> whole = new ArrayList<>(command);
        whole.add(file);
        Process process = new ProcessBuilder(whole)
                .directory(client.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("The card is [card number], as you asked. ");
    }
}
