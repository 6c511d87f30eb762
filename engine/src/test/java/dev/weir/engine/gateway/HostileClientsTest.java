package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.http.Tls;
import dev.weir.engine.stream.StreamSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Clients that mean harm, beside one that does not: they are refused, and it is not disturbed. */
class HostileClientsTest {

    private static final String KEY = ApiKeys.draw("chat-1", new SecureRandom());

    private static Access access() {
        return Accesses.of("access.keys.chat-1 { hash = \"" + ApiKeys.hash(KEY) + "\", scopes = [stream, review] }");
    }

    private static RawWebSocket neighbour(Gateways gateway) throws IOException {
        RawWebSocket client = gateway.dial();
        assertThat(client.shakeHands("Authorization: Bearer " + KEY).getFirst()).contains(" 101 ");
        return client;
    }

    private static void assertUndisturbed(RawWebSocket client, TestProbe<StreamSession.Command> stream)
            throws IOException {
        client.send("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"x\"}");
        stream.expectMessage(new StreamSession.Text("x", null));
    }

    /** What is sent right behind a handshake reads no key: it must not be read before the refusal either. */
    @Test
    void nothingOfASocketWithoutAKeyIsHeardNotEvenWhatComesWithItsHandshake() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            RawWebSocket client = gateway.dial();
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            both.writeBytes(RawWebSocket.masked(
                    true, RawWebSocket.TEXT, "{\"type\":\"open\",\"stream\":\"s\"}".getBytes(StandardCharsets.UTF_8)));
            client.sendBytes(both.toByteArray());
            assertThat(client.readHead().getFirst()).contains(" 101 ");
            assertThat(client.read().status()).isEqualTo(4401);
            RawWebSocket known = neighbour(gateway);
            known.send("{\"type\":\"open\",\"stream\":\"mine\"}");
            assertThat(gateway.nextOpen().request().stream())
                    .as("the first that is heard")
                    .isEqualTo("mine");
        }
    }

    @Test
    void aKeyIsNeverSaidBackNotEvenAsASubprotocol() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            String head = gateway.dial()
                    .shakeHands("Sec-WebSocket-Protocol: weir.bearer." + KEY + ", weir.v1+json")
                    .toString();
            assertThat(head).contains(" 101 ", "weir.v1+json").doesNotContain(KEY);
            String refused = gateway.dial()
                    .shakeHands("Sec-WebSocket-Protocol: weir.bearer." + KEY)
                    .toString();
            assertThat(refused).contains(" 400 ").doesNotContain(KEY);
        }
    }

    @Test
    void twoCredentialsAreNone() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            RawWebSocket client = gateway.dial();
            client.shakeHands("Authorization: Bearer guess", "Authorization: Bearer " + KEY);
            assertThat(client.read().status()).isEqualTo(4401);
        }
    }

    @Test
    void headsAndBodiesBeyondTheirLimitsAreRefusedUnread() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            RawWebSocket neighbour = neighbour(gateway);
            TestProbe<StreamSession.Command> stream = gateway.open(neighbour, "s");
            assertThat(gateway.dial()
                            .request("GET /v1/stream HTTP/1.1", "X: " + "x".repeat(20_000))
                            .getFirst())
                    .contains(" 431 ");
            assertThat(gateway.dial()
                            .request(
                                    "POST /v1/feedback HTTP/1.1",
                                    "Authorization: Bearer " + KEY,
                                    "Content-Type: application/json",
                                    "Content-Length: 1000000000")
                            .getFirst())
                    .contains(" 413 ");
            assertUndisturbed(neighbour, stream);
        }
    }

    @Test
    void jsonNestedDeeplyIsRefusedOnTheSocketAndBesideIt() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            RawWebSocket neighbour = neighbour(gateway);
            TestProbe<StreamSession.Command> stream = gateway.open(neighbour, "s");
            RawWebSocket client = neighbour(gateway);
            client.send("{\"type\":\"open\",\"stream\":\"deep\",\"meta\":" + "[".repeat(100_000));
            assertThat(client.readText()).contains("\"code\":\"bad_json\"").contains("nested deeper");
            String deep = "{\"type\":" + "{\"a\":".repeat(1_000);
            assertThat(post(gateway, deep.getBytes(StandardCharsets.UTF_8), "X: y"))
                    .contains(" 400 ");
            assertUndisturbed(neighbour, stream);
        }
    }

    /** A megabyte of zeros in a kilobyte: nothing here ever unpacks what a client packed. */
    @Test
    void whatIsPackedIsNotUnpacked() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off())) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
                packed.write(new byte[1 << 20]);
            }
            assertThat(post(gateway, bomb.toByteArray(), "Content-Encoding: gzip"))
                    .contains(" 415 ");
        }
    }

    private static String post(Gateways gateway, byte[] body, String header) throws IOException {
        RawWebSocket client = gateway.dial();
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST /v1/feedback HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n" + header
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        client.sendBytes(request.toByteArray());
        return client.readHead().getFirst();
    }

    /** Slow loris: a byte now and then keeps nothing open beyond its time. */
    @Test
    void whoSendsHisHeadOrBodyByteByByteIsToldThatItTakesTooLong() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off(), "handshake-timeout = 2s", "body-timeout = 300ms")) {
            RawWebSocket neighbour = neighbour(gateway);
            TestProbe<StreamSession.Command> stream = gateway.open(neighbour, "s");
            assertThat(drip(gateway, "GET /v1/stream HTTP/1.1\r\n", "X"))
                    .startsWith("HTTP/1.1 408 ")
                    .contains(
                            "connection: close",
                            "{\"error\":{\"code\":\"request_timeout\",\"message\":\"the head of this request is not whole"
                                    + " (expected: within 2 s, see weir.gateway.handshake-timeout)\"");
            assertThat(drip(
                            gateway,
                            "POST /v1/feedback HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n",
                            " "))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("the body of this request", "within 300 ms, see weir.gateway.body-timeout");
            assertUndisturbed(neighbour, stream);
        }
    }

    /** Goes on sending until the server has hung up; what it said before. */
    private static String drip(Gateways gateway, String begin, String more) throws IOException {
        StringBuilder heard = new StringBuilder();
        try (RawWebSocket client = gateway.dial()) {
            client.sendBytes(begin.getBytes(StandardCharsets.US_ASCII));
            while (!client.isHungUpAfter(more, heard)) { // the test's own time-out ends it
                Thread.onSpinWait();
            }
        }
        return heard.toString();
    }

    @Test
    void manySocketsOpenedAndLeftKeepNobodyOutOnceTheirTimeIsOver() throws IOException {
        try (Gateways gateway = new Gateways(access(), Tls.off(), "max-connections = 2", "handshake-timeout = 3s")) {
            RawWebSocket neighbour = neighbour(gateway);
            TestProbe<StreamSession.Command> stream = gateway.open(neighbour, "s");
            List<Socket> left = new ArrayList<>();
            try {
                for (int i = 0; i < 1_500; i++) { // more than are heard at once
                    left.add(new Socket(InetAddress.getLoopbackAddress(), gateway.server.port()));
                }
                assertUndisturbed(neighbour, stream);
                for (Socket socket : left) {
                    socket.setSoTimeout(30_000);
                    assertThat(isOver(socket)).isTrue();
                }
                neighbour(gateway);
                assertUndisturbed(neighbour, stream);
            } finally {
                for (Socket socket : left) {
                    socket.close();
                }
            }
        }
    }

    private static boolean isOver(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
