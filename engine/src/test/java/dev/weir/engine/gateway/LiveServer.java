package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Engines;
import dev.weir.engine.Server;
import dev.weir.engine.StartException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** A whole server on free ports, the buffers of which are watched, and what is left over in it. */
final class LiveServer implements AutoCloseable {

    private final Leaks leaks = Leaks.watch();
    private final Server server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param settings that differ from the defaults */
    LiveServer(String settings) throws StartException {
        server = Server.start(Engines.config(settings + """

                        weir.models.experts = [lexicon, causal]
                        weir.policy-defaults.requires = []
                        weir.relay.upstream = "http://127.0.0.1:9/v1" # where nobody answers
                        """), line -> {});
    }

    int port() {
        return server.port();
    }

    int adminPort() {
        return server.adminPort();
    }

    RawWebSocket dial() throws IOException {
        return RawWebSocket.dial(port());
    }

    /** A stream that is open and goes on, whatever is done beside it. */
    Neighbour neighbour(String... headers) throws IOException {
        return new Neighbour(dial(), headers);
    }

    /** What waits for nothing any more: asked until it is so. */
    void assertNothingIsLeft() throws Exception {
        String left = left();
        while (!left.isEmpty()) { // the test's own time-out ends it
            left = left();
            Thread.onSpinWait();
        }
        leaks.assertNone();
    }

    private String left() throws Exception {
        String metrics = metrics();
        assertThat(metrics).doesNotContainPattern("weir_expert_awake\\{.*} 0.0");
        return metrics.lines()
                .filter(line -> line.matches("weir_(streams|connections)_open .*") && !line.endsWith(" 0.0"))
                .reduce("", String::concat);
    }

    /** Of a fault of its own, the server closes the connection on which it happened, and goes on. */
    void assertNoFaultOfItsOwn() throws Exception {
        assertThat(metrics()).doesNotContain("weir_connections_closed_total{reason=\"try_again_later\"");
    }

    private String metrics() throws Exception {
        URI metrics = URI.create("http://127.0.0.1:" + adminPort() + "/metrics");
        return http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        http.close();
        server.close();
        leaks.close();
    }

    /** One who does nothing wrong. */
    static final class Neighbour implements AutoCloseable {
        private static final String[] WORDS =
                ("A weir is a low wall across a river. It keeps the water behind it at one height, so that boats can pass"
                                + " and mills have their share. Fish climb it by a stair of small pools beside the bank. ")
                        .split("(?<= )");

        private int said;
        private final RawWebSocket socket;
        private int through;

        private Neighbour(RawWebSocket socket, String... headers) throws IOException {
            this.socket = socket;
            List<String> head = socket.shakeHands(headers);
            assertThat(head.getFirst()).contains(" 101 ");
            socket.send("{\"type\":\"open\",\"stream\":\"neighbour\",\"mode\":\"monitor\"}");
            assertThat(socket.readText()).contains("\"type\":\"opened\"");
        }

        /** Says some words, and waits until some are released. */
        void assertUndisturbed() throws IOException {
            String words = WORDS[said++ % WORDS.length] + WORDS[said++ % WORDS.length];
            socket.send("{\"type\":\"delta\",\"stream\":\"neighbour\",\"text\":\"" + words + "\"}");
            int before = through;
            while (through == before) {
                String said = hear();
                assertThat(said).containsAnyOf("\"type\":\"released\"", "\"type\":\"credit\"");
                if (said.contains("\"through\":")) {
                    through = Integer.parseInt(said.replaceAll(".*\"through\":([0-9]+).*", "$1"));
                }
            }
        }

        /** The next message, whatever pings come before it. */
        private String hear() throws IOException {
            RawWebSocket.Frame frame = socket.read();
            while (frame.opcode() == RawWebSocket.PING) {
                socket.sendFrame(true, RawWebSocket.PONG, frame.payload());
                frame = socket.read();
            }
            return frame.text();
        }

        @Override
        public void close() throws IOException {
            socket.send("{\"type\":\"end\",\"stream\":\"neighbour\"}");
            String said = hear();
            while (!said.contains("\"type\":\"ended\"")) {
                said = hear();
            }
            assertThat(said).contains("\"verdict\":\"pass\"");
            socket.close();
        }
    }
}
