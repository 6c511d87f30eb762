package dev.weir.engine.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Mutations;
import dev.weir.engine.StartException;
import dev.weir.protocol.Subprotocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever comes at the ports of a whole server: it answers or hangs up, the stream beside it goes on, and when they are
 * gone nothing of them is left. {@code -Dweir.fuzz=10} sends ten times as much.
 */
class PortFuzzTest {

    /** Sockets that are open at once. */
    private static final int AT_ONCE = 500;

    private static final String[] HTTP_WORDS = {
        "\r\n",
        "\n",
        "\r\n\r\n",
        " ",
        ":",
        "HTTP/1.0",
        "HTTP/1.1",
        "HTTP/2.0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST",
        "CONNECT",
        "OPTIONS",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 0\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Expect: 100-continue\r\n",
        "Connection: close\r\n",
        "chunked",
        "gzip",
        "ffffffff\r\n",
        "0\r\n\r\n",
        "\0",
        "%",
        "..",
        "{",
        "[",
        "\"",
        "\\u0000",
        "é",
        "Authorization: Bearer x\r\n",
        "Host: \r\n",
        "Origin: http://evil.example\r\n",
        "Sec-WebSocket-Key: x\r\n"
    };

    private static final String[] FRAME_WORDS = {
        "\u0081\u0080\0\0\0\0", "\u0001\u0080\0\0\0\0", "\u0000\u0080\0\0\0\0", "\u0080\u0080\0\0\0\0",
        "\u0082\u0080\0\0\0\0", "\u0088\u0080\0\0\0\0", "\u0088\u0082\0\0\0\0\u0003\u00e8", "\u0089\u0080\0\0\0\0",
        "\u008a\u0080\0\0\0\0", "\u00c1\u0080\0\0\0\0", "\u0083\u0080\0\0\0\0", "\u0081\u00fe\u00ff\u00ff\0\0\0\0",
        "\u0081\u00ff\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\0\0\0\0", "\u0089\u00fe\0\u0080\0\0\0\0", "{",
                "}",
        "\"", "\u00c3", "\u00ed\u00a0\u0080", "\0"
    };

    private static LiveServer server;
    private static LiveServer.Neighbour neighbour;

    @BeforeContainer
    static void start() throws StartException, IOException {
        server = new LiveServer("""
                weir.gateway {
                  handshake-timeout = 200 ms, body-timeout = 200 ms, keep-alive-timeout = 200 ms, close-timeout = 200 ms
                }
                weir.relay.max-request-bytes = 64 KiB
                """);
        neighbour = server.neighbour();
    }

    @AfterProperty
    void goesOn() throws Exception {
        server.assertNoFaultOfItsOwn();
        neighbour.assertUndisturbed();
        server.neighbour().close();
    }

    @AfterContainer
    static void nothingIsLeft() throws Exception {
        neighbour.close();
        server.assertNothingIsLeft();
        server.close();
    }

    private static String head(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + String.join("", headers) + "\r\n";
    }

    private static String post(String path, String json) {
        return head("POST " + path, "Content-Type: application/json\r\n", "Content-Length: " + json.length() + "\r\n")
                + json;
    }

    private static String chunked(String path, String json) {
        return head("POST " + path, "Content-Type: application/json\r\n", "Transfer-Encoding: chunked\r\n")
                + Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n";
    }

    private static List<String> requests() {
        String chat =
                "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"What is a weir?\"}]}";
        String review =
                "{\"type\":\"feedback\",\"id\":\"f\",\"receipt\":\"r\",\"verdict\":\"missed\",\"categories\":[]}";
        String moderate = "{\"input\":[\"a wall\",\"a river\"]}";
        return List.of(
                head(
                        "GET /v1/stream",
                        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: weir.v1+json\r\n"),
                post("/v1/chat/completions", chat),
                chunked("/v1/chat/completions", chat),
                post("/v1/moderations", moderate),
                chunked("/v1/moderations", moderate),
                post("/v1/feedback", review) + post("/v1/feedback", review),
                head("GET /readyz"),
                head("GET /v1/weights?since=1") + head("GET /assets/app.js"),
                post("/admin/reviews", review),
                post("/v1/weights/freeze", "{\"frozen\":false}"));
    }

    /** 5,000 requests, two thirds of them at the port of the clients and a third at the admin port. */
    @Property(tries = 10)
    void everyRequestIsAnsweredOrHungUpOn(@ForAll long seed) throws IOException {
        Mutations mutations = new Mutations(seed, HTTP_WORDS);
        Random random = new Random(seed);
        List<String> requests = requests();
        for (int left = Mutations.times(AT_ONCE); left > 0; left -= AT_ONCE) {
            List<RawWebSocket> clients = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                RawWebSocket client = RawWebSocket.dial(i % 3 == 0 ? server.adminPort() : server.port());
                clients.add(client);
                client.offer(mutations
                        .of(requests.get(random.nextInt(requests.size())))
                        .getBytes(UTF_8));
                if (i % 3 != 1) {
                    client.sayNoMore();
                }
            }
            for (RawWebSocket client : clients) {
                assertEnds(client);
            }
            neighbour.assertUndisturbed();
        }
    }

    /** With the end of what is read, or at once when it became a WebSocket, which would stay. */
    private static void assertEnds(RawWebSocket client) throws IOException {
        try (client) {
            String answer = client.readAnswer();
            assertThat(answer).matches("(?s)|HTTP/1\\.1 [1-5][0-9][0-9] .*");
            assertThat(answer).doesNotContain("HTTP/1.1 500", "java.", "Exception");
        }
    }

    private static List<String> messages(String stream) {
        return List.of(
                "{\"type\":\"open\",\"stream\":\"" + stream + "\",\"mode\":\"gate\",\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"What is a weir?\"}]}",
                "{\"type\":\"delta\",\"stream\":\"" + stream + "\",\"text\":\"A weir is a low wall \"}",
                "{\"type\":\"delta\",\"stream\":\"" + stream + "\",\"text\":\"across a river.\",\"at\":21}",
                "{\"type\":\"flush\",\"stream\":\"" + stream + "\"}",
                "{\"type\":\"end\",\"stream\":\"" + stream + "\",\"length\":36}",
                "{\"type\":\"cancel\",\"stream\":\"" + stream + "\"}");
    }

    /** A conversation as it should be, in whole frames and in fragments with pings between. */
    private static byte[] session(Subprotocol subprotocol, Random random) throws IOException {
        ByteArrayOutputStream session = new ByteArrayOutputStream();
        int kind = subprotocol == Subprotocol.JSON ? RawWebSocket.TEXT : RawWebSocket.BINARY;
        for (String message : messages("s" + random.nextInt(3))) {
            byte[] payload = subprotocol == Subprotocol.JSON ? message.getBytes(UTF_8) : ProtoForm.of(message);
            int cut = random.nextBoolean() ? random.nextInt(payload.length) : payload.length;
            session.writeBytes(RawWebSocket.masked(cut == payload.length, kind, java.util.Arrays.copyOf(payload, cut)));
            if (cut < payload.length) {
                session.writeBytes(RawWebSocket.masked(true, RawWebSocket.PING, new byte[] {7}));
                session.writeBytes(RawWebSocket.masked(
                        true, RawWebSocket.CONTINUATION, java.util.Arrays.copyOfRange(payload, cut, payload.length)));
            }
        }
        return session.toByteArray();
    }

    /** Frames of any kind, with any bits, lengths and masks. */
    private static byte[] frames(Random random) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = random.nextInt(20); i >= 0; i--) {
            byte[] payload = new byte[random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(140)];
            random.nextBytes(payload);
            byte[] frame = RawWebSocket.masked(random.nextBoolean(), random.nextInt(16), payload);
            frame[0] |= (byte) (random.nextInt(8) == 0 ? random.nextInt(8) << 4 : 0);
            frame[1] ^= (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 0);
            frames.writeBytes(frame);
        }
        return frames.toByteArray();
    }

    /** 2,000 connections: two thirds of them sessions that something happened to, about ten frames each, a third anything. */
    @Property(tries = 4)
    void everyFrameIsUnderstoodOrEndsItsConnection(@ForAll long seed) throws IOException {
        Mutations mutations = new Mutations(seed, FRAME_WORDS);
        Random random = new Random(seed);
        for (int left = Mutations.times(AT_ONCE); left > 0; left -= AT_ONCE) {
            List<RawWebSocket> clients = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Subprotocol subprotocol = Subprotocol.values()[i % 2];
                RawWebSocket client = RawWebSocket.open(server.port(), subprotocol);
                clients.add(client);
                client.offer(i % 3 == 0 ? frames(random) : mutations.of(session(subprotocol, random)));
                client.offer(RawWebSocket.masked(true, RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8}));
                client.sayNoMore();
            }
            for (RawWebSocket client : clients) {
                try (client) {
                    client.readToEnd();
                    assertThat(client.isHungUp()).isTrue();
                }
            }
            neighbour.assertUndisturbed();
        }
    }
}
