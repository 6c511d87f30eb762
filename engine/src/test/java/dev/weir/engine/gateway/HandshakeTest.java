package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    @Test
    void agreesWithoutNamingASubprotocolToAClientThatOffersNone() throws IOException {
        try (Gateways gateway = new Gateways()) {
            assertThat(gateway.dial().shakeHands())
                    .contains("HTTP/1.1 101 Switching Protocols")
                    .noneMatch(HandshakeTest::namesSubprotocol);
        }
    }

    @Test
    void echoesTheFirstOfTheSubprotocolsOfferedThatItKnows() throws IOException {
        try (Gateways gateway = new Gateways()) {
            assertThat(gateway.dial()
                            .shakeHands(
                                    "Sec-WebSocket-Protocol: chat, weir.v1+proto",
                                    "Sec-WebSocket-Protocol: x, weir.v1+json"))
                    .filteredOn(HandshakeTest::namesSubprotocol)
                    .singleElement()
                    .matches(line -> line.endsWith(": weir.v1+proto"));
            assertThat(gateway.dial().shakeHands("Sec-WebSocket-Protocol: weir.v1+json, weir.v1+proto"))
                    .filteredOn(HandshakeTest::namesSubprotocol)
                    .singleElement()
                    .matches(line -> line.endsWith(": weir.v1+json"));
        }
    }

    @Test
    void refusesSubprotocolsItDoesNotKnowBeforeTheUpgrade() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.dial();
            assertThat(client.shakeHands("Sec-WebSocket-Protocol: weir.v2+json, chat"))
                    .contains("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void answersOtherPathsWithAShortNotFoundAndStaysOpen() throws IOException {
        try (Gateways gateway = new Gateways("handshake-timeout = 1h")) {
            RawWebSocket client = gateway.dial();
            List<String> head = client.request("GET /v1/streams HTTP/1.1");
            assertThat(head).contains("HTTP/1.1 404 Not Found", "content-type: application/json");
            int length = head.stream()
                    .filter(line -> line.startsWith("content-length: "))
                    .mapToInt(line -> Integer.parseInt(line.substring(16)))
                    .findFirst()
                    .orElseThrow();
            assertThat(client.readBody(length))
                    .isEqualTo(
                            "{\"error\":{\"code\":\"not_found\",\"message\":\"no such path (expected: one of /v1/feedback,"
                                    + " /v1/stream)\",\"param\":null,\"type\":\"invalid_request_error\"}}\n");
            assertThat(client.shakeHands()).contains("HTTP/1.1 101 Switching Protocols");
        }
    }

    @Test
    void asksAPlainRequestToUpgrade() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.dial();
            client.sendBytes("GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readBody(12)).isEqualTo("HTTP/1.1 426");
        }
    }

    @Test
    void looksAtNothingButAGetForAHandshake() throws IOException {
        try (Gateways gateway = new Gateways()) {
            assertThat(gateway.dial().request("HEAD /v1/stream HTTP/1.1").getFirst())
                    .startsWith("HTTP/1.1 426");
        }
    }

    @Test
    void hangsUpOnASocketThatNeverShakesHandsAndSaysSoWhereItBegan() throws IOException {
        try (Gateways gateway = new Gateways("handshake-timeout = 2s")) {
            RawWebSocket silent = gateway.dial();
            RawWebSocket client = gateway.dial();
            client.sendBytes("GET /v1/str".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ").contains("see weir.gateway.handshake-timeout");
            assertThat(silent.isHungUp()).isTrue();
        }
    }

    @Test
    void closesOneConnectionTooManyAndTakesTheNextWhenOneIsGone() throws IOException {
        try (Gateways gateway = new Gateways("max-connections = 1")) {
            RawWebSocket first = gateway.connect();
            assertThat(gateway.connect().readClose()).isEqualTo(4429);

            first.sendFrame(true, RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
            assertThat(first.readClose()).isEqualTo(1000);
            assertThat(first.isHungUp()).isTrue();
            gateway.open(gateway.connect(), "s");
        }
    }

    @Test
    void closesOnFramesSentBeforeTheHandshakeWasAnswered() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.dial();
            client.sendBytes(concat(
                    ("GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII),
                    RawWebSocket.masked(
                            true,
                            RawWebSocket.TEXT,
                            "{\"type\":\"open\",\"stream\":\"s\"}".getBytes(StandardCharsets.UTF_8))));
            assertThat(client.readHead()).contains("HTTP/1.1 101 Switching Protocols");
            assertThat(client.readClose()).isEqualTo(1002);
        }
    }

    @Test
    void namesThePortThatIsInUseAndWhatToChange() throws IOException {
        try (Gateways gateway = new Gateways()) {
            int port = gateway.server.port();
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> new Gateways("port = " + port))
                    .withMessage("127.0.0.1:" + port + " is in use by another process: stop it, or choose another port"
                            + " with --port or weir.gateway.port (0 takes a free one)");
        }
    }

    private static boolean namesSubprotocol(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
