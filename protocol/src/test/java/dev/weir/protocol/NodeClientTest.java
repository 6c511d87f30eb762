package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.protocol.ClientMessage.Delta;
import dev.weir.protocol.ClientMessage.EndStream;
import dev.weir.protocol.ClientMessage.OpenStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Node client against the same scripted server; skipped where no Node with a WebSocket of its own is installed. */
class NodeClientTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void needNode() throws Exception {
        int found;
        try {
            found = new ProcessBuilder("node", "--experimental-websocket", "-e", "new (class extends WebSocket {}).url")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("probe").toFile())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            found = -1;
        }
        boolean known = found >= 0 && !Files.readString(folder.resolve("probe")).contains("bad option");
        assumeTrue(known, "no node >= 20.10 on the PATH: the Node client is not tested");
    }

    @Test
    void releasesRedactsWaitsForCreditResumesAndStops() throws Exception {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        try (TestServer server = new TestServer(Subprotocol.JSON)) {
            Process node = new ProcessBuilder(
                            "node",
                            "--experimental-websocket",
                            "--no-warnings",
                            "src/test/node/scenario.mjs",
                            server.uri().toString())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            try {
                play(server);
                assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
            } finally {
                node.destroyForcibly();
            }
        }
        assertThat(Files.readString(errors)).isEmpty();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(lines.stream().filter(line -> line.startsWith("{\"heard\"")))
                .as("what its listener heard")
                .containsExactly(
                        "{\"heard\":\"opened\"}",
                        "{\"heard\":\"redacted\"}",
                        "{\"heard\":\"released\"}",
                        "{\"heard\":\"opened\"}",
                        "{\"heard\":\"redacted\"}",
                        "{\"heard\":\"released\"}",
                        "{\"heard\":\"released\"}",
                        "{\"heard\":\"ended\"}");
        assertThat(lines.stream().filter(line -> !line.startsWith("{\"heard\"")))
                .as("what its reader and its generator saw")
                .containsExactly(
                        "{\"sent\":true}",
                        "{\"piece\":\"card [card] \"}",
                        "{\"piece\":\"is m\"}",
                        "{\"piece\":\"😀\"}",
                        "{\"kind\":\"ended\"}",
                        "{\"credited\":true}",
                        "{\"piece\":\"at once\"}",
                        "{\"kind\":\"stopped\",\"more\":false}",
                        "{\"kind\":\"failed\"}");
    }

    private static void play(TestServer server) throws InterruptedException {
        TestServer.Peer peer = server.accept();
        assertThat(peer.expect(OpenStream.class).units()).isEqualTo(Units.UTF16);
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("gate", "card 4111 is ", 0));
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("gate", "m\ud83d", 13));
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("gate", "\ude00", 15));
        assertThat(peer.expect(EndStream.class)).isEqualTo(new EndStream("gate", 16));
        peer.say(opened("gate", Mode.GATE, 8_192));
        peer.say(new ServerMessage.Redacted("gate", 5, 9, "privacy", "[card]"));
        peer.say(new ServerMessage.Released("gate", 10, 0.1));
        peer.vanish();

        TestServer.Peer again = server.accept();
        assertThat(again.expect(OpenStream.class).resume()).isEqualTo("token");
        assertThat(again.expect(Delta.class)).isEqualTo(new Delta("gate", "card 4111 is m😀", 0));
        again.expect(EndStream.class);
        again.say(opened("gate", Mode.GATE, 8_192));
        again.say(new ServerMessage.Redacted("gate", 5, 9, "privacy", "[card]"));
        again.say(new ServerMessage.Released("gate", 10, 0.1));
        again.say(new ServerMessage.Released("gate", 14, 0.1));
        again.say(new ServerMessage.Ended("gate", 16, ServerMessage.Verdict.PASS, 0.1, "r"));

        assertThat(again.expect(OpenStream.class).stream()).isEqualTo("other");
        again.say(opened("other", Mode.GATE, 4));
        assertThat(again.expect(Delta.class)).isEqualTo(new Delta("other", "1234", 0));
        again.say(new ServerMessage.Credit("other", 2));
        assertThat(again.expect(Delta.class)).isEqualTo(new Delta("other", "56", 4));

        assertThat(again.expect(OpenStream.class).stream()).isEqualTo("seen");
        assertThat(again.expect(Delta.class)).isEqualTo(new Delta("seen", "at once", 0));
        again.say(opened("seen", Mode.STREAM, 8_192));
        again.say(new ServerMessage.Stopped(
                "seen", 7, 3, 7, 4, "hate", List.of("hate"), Severity.UNSAFE, 0.9, null, "default@1", "stopped", "r"));
        again.awaitGone();
    }

    private static ServerMessage.Opened opened(String stream, Mode mode, int credit) {
        return new ServerMessage.Opened(stream, "default@1", mode, Units.UTF16, null, credit, "token");
    }
}
