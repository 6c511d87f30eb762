package dev.weir.engine.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that mean harm, at both ports of a whole server: each is refused with a word that says why, a stream beside it goes
 * on, and when they are gone nothing of them is left, no buffer either.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileServerTest {

    private LiveServer server;
    private LiveServer.Neighbour neighbour;

    @BeforeAll
    void start() throws Exception {
        server = new LiveServer("""
                weir.gateway { handshake-timeout = 2 s, body-timeout = 500 ms, keep-alive-timeout = 500 ms }
                weir.relay.max-request-bytes = 256 KiB
                """);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void moveIn() throws IOException {
        neighbour = server.neighbour();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        neighbour.assertUndisturbed();
        neighbour.close();
        server.assertNothingIsLeft();
    }

    private static byte[] request(String path, byte[] body, String... headers) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length + "\r\n" + String.join("\r\n", headers)
                        + (headers.length == 0 ? "\r\n" : "\r\n\r\n"))
                .getBytes(US_ASCII));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private String answer(byte[] request) throws IOException {
        try (RawWebSocket client = server.dial()) {
            client.sendBytes(request);
            return client.readToEnd();
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions", "/v1/moderations", "/v1/feedback"})
    void bodiesThatArePackedTooLongOrTooDeepAreRefused(String path) throws IOException {
        byte[] bomb = gzip(new byte[7 << 20]);
        for (String coding : List.of("gzip", "deflate", "br", "gzip, gzip")) {
            assertThat(answer(request(path, bomb, "Content-Encoding: " + coding)))
                    .startsWith("HTTP/1.1 415 ")
                    .contains("unsupported_media_type", "a body that is not compressed");
        }
        neighbour.assertUndisturbed();
        assertThat(answer(request(path, new byte[300_000]))).startsWith("HTTP/1.1 413 ");
        neighbour.assertUndisturbed();
        byte[] deep = ("{\"messages\":" + "[".repeat(4_000) + "]".repeat(4_000) + "}").getBytes(UTF_8);
        assertThat(answer(request(path, deep))).startsWith("HTTP/1.1 400 ");
    }

    /** What would unpack to a thousand times as much is not agreed on, and sent all the same is no message. */
    @Test
    void compressionOfFramesIsNeverAgreedOn() throws IOException {
        try (RawWebSocket client = server.dial()) {
            assertThat(client.shakeHands("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"))
                    .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-extensions"));
            byte[] packed = RawWebSocket.masked(true, RawWebSocket.TEXT, gzip(new byte[1 << 20]));
            packed[0] |= 0x40;
            client.sendBytes(packed);
            assertThat(client.readClose()).isEqualTo(1002);
        }
    }

    @Test
    void messagesTooLongOrTooDeepEndOnlyTheirOwnConnectionOrStream() throws IOException {
        try (RawWebSocket client = server.dial()) {
            client.shakeHands();
            client.send("{\"type\":\"open\",\"stream\":\"s\",\"messages\":" + "[".repeat(100_000));
            assertThat(client.readText()).contains("\"code\":\"bad_json\"", "nested deeper");
            client.send("{\"type\":\"open\",\"stream\":\"t\"}");
            assertThat(client.readText()).contains("\"type\":\"opened\"");
            client.sendFrame(true, RawWebSocket.TEXT, new byte[300_000]);
            assertThat(client.readClose()).isEqualTo(1009);
        }
    }

    /** Hundreds that say their heads or bodies a byte at a time, or nothing at all: the last are just hung up on. */
    @Test
    void whoeverIsSlowOnPurposeIsToldSo() throws IOException {
        String upgrade = "GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: web";
        String body = "POST /v1/moderations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: 8000\r\n\r\n{";
        List<RawWebSocket> slow = new ArrayList<>();
        List<StringBuilder> heard = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RawWebSocket client = server.dial();
            slow.add(client);
            heard.add(new StringBuilder());
            client.sendBytes((i % 3 == 0 ? upgrade : i % 3 == 1 ? body : "").getBytes(US_ASCII));
        }
        int open = slow.size();
        while (open > 0) { // the test's own time-out ends it
            open = 0;
            for (int i = 0; i < slow.size(); i++) {
                open += slow.get(i).isHungUpAfter(i % 3 == 2 ? "" : " ", heard.get(i)) ? 0 : 1;
            }
            neighbour.assertUndisturbed();
        }
        for (int i = 0; i < slow.size(); i++) {
            slow.get(i).close();
            switch (i % 3) {
                case 0 ->
                    assertThat(heard.get(i)).startsWith("HTTP/1.1 408 ").contains("weir.gateway.handshake-timeout");
                case 1 -> assertThat(heard.get(i)).startsWith("HTTP/1.1 408 ").contains("weir.gateway.body-timeout");
                default -> assertThat(heard.get(i)).isEmpty();
            }
        }
    }

    @Test
    void streamsAndConnectionsThatAreLeftAloneGoWithTheirSockets() throws IOException {
        List<RawWebSocket> left = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RawWebSocket client = server.dial();
            left.add(client);
            client.shakeHands();
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            client.send("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"a word and half of an\"}");
            client.sendBytes(new byte[] {(byte) 0x81, (byte) 0xFF, 0, 0});
        }
        neighbour.assertUndisturbed();
        for (RawWebSocket client : left) {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc/passwd",
                "/assets/../../../../etc/passwd",
                "/assets/..%2f..%2f..%2fetc/passwd",
                "/assets/%2e%2e/%2e%2e/etc/passwd",
                "/assets/%252e%252e%252f%252e%252e%252fetc/passwd",
                "/assets/..\\..\\..\\etc\\passwd",
                "/assets/..%5c..%5cetc%5cpasswd",
                "/assets/....//....//etc/passwd",
                "/assets/app.js/../../reference.conf",
                "/assets/app.js%00.css",
                "/assets/%c0%ae%c0%ae/etc/passwd",
                "/assets//app.js",
                "//assets/app.js",
                "/livez/../v1/weights",
                "/livez;/../v1/weights",
                "/livez/..%2fv1/weights",
                "/v1/../v1/stream",
                "http://127.0.0.1/../etc/passwd",
                "http://127.0.0.1/assets/../../reference.conf",
                "file:///etc/passwd",
                "jar:file:/x.jar!/reference.conf",
                "*",
                "etc/passwd"
            })
    void noWayLeadsOutOfWhatAPortServes(String target) throws IOException {
        for (int port : List.of(server.port(), server.adminPort())) {
            try (RawWebSocket client = RawWebSocket.dial(port)) {
                client.sendBytes(("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                        .getBytes(UTF_8));
                assertThat(client.readToEnd())
                        .as(port == server.port() ? "clients' port" : "admin port")
                        .startsWith("HTTP/1.1 404 ")
                        .contains("no such path")
                        .doesNotContain("root:", "weir {");
            }
        }
    }
}
