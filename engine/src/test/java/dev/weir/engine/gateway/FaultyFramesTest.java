package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Utf8Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A faulty frame closes its own connection, with the code that says why, and touches no other. */
class FaultyFramesTest {

    @Test
    void closesOnAFrameLargerThanAllowed() throws IOException {
        closesWith(1009, client -> client.sendFrame(true, RawWebSocket.TEXT, new byte[2_000]));
    }

    /** The close frame must reach a client that is still sending: closing on unread bytes would reset the connection. */
    @Test
    void saysWhyToAClientThatIsStillSendingAHugeFrame() throws IOException {
        closesWith(1009, client -> client.sendFrame(true, RawWebSocket.TEXT, new byte[32_000_000]));
    }

    @Test
    void closesOnFragmentsLargerTogetherThanAllowed() throws IOException {
        closesWith(1009, client -> {
            client.sendFrame(false, RawWebSocket.TEXT, new byte[1_000]);
            client.sendFrame(true, RawWebSocket.CONTINUATION, new byte[1_000]);
        });
    }

    @Test
    void closesOnABinaryFrameWhereTextWasAgreedOn() throws IOException {
        closesWith(1003, client -> client.sendFrame(true, RawWebSocket.BINARY, new byte[] {1}));
    }

    @Test
    void closesOnATextFrameWhereBinaryWasAgreedOn() throws IOException {
        closesWith(1003, Subprotocol.PROTO, client -> client.sendFrame(true, RawWebSocket.TEXT, new byte[] {'{', '}'}));
    }

    @Test
    void closesOnBinaryFragmentsLargerTogetherThanAllowed() throws IOException {
        closesWith(1009, Subprotocol.PROTO, client -> {
            client.sendFrame(false, RawWebSocket.BINARY, new byte[1_000]);
            client.sendFrame(true, RawWebSocket.CONTINUATION, new byte[1_000]);
        });
    }

    @Test
    void closesOnBadUtf8() throws IOException {
        closesWith(1007, client -> client.sendFrame(true, RawWebSocket.TEXT, new byte[] {'"', (byte) 0xC3, '"'}));
    }

    @Test
    void closesOnAnEncodedSurrogate() throws IOException {
        closesWith(
                1007,
                client -> client.sendFrame(
                        true, RawWebSocket.TEXT, new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}));
    }

    @Test
    void closesOnAFragmentedMessageThatEndsInsideACharacter() throws IOException {
        closesWith(1007, client -> {
            client.sendFrame(false, RawWebSocket.TEXT, new byte[] {'"', (byte) 0xE2});
            client.sendFrame(true, RawWebSocket.CONTINUATION, new byte[] {(byte) 0x82});
        });
    }

    @Test
    void closesOnAContinuationOfNothing() throws IOException {
        closesWith(1002, client -> client.sendFrame(true, RawWebSocket.CONTINUATION, new byte[] {1}));
    }

    @Test
    void closesOnAFrameThatIsNotMasked() throws IOException {
        closesWith(1002, client -> client.sendBytes(new byte[] {(byte) 0x81, 2, '{', '}'}));
    }

    @Test
    void closesOnCompressionThatWasNotAgreedOn() throws IOException {
        closesWith(1002, client -> client.sendBytes(new byte[] {(byte) 0xC1, (byte) 0x80, 0, 0, 0, 0}));
    }

    @Test
    void readsAMessageWhoseFragmentsCutACharacterInTwo() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect();
            var session = gateway.open(client, "s");
            byte[] json = "{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"€\uFFFD\"}".getBytes(StandardCharsets.UTF_8);
            int cut = json.length - 7;
            client.sendFrame(false, RawWebSocket.TEXT, Arrays.copyOf(json, cut));
            client.sendFrame(true, RawWebSocket.PING, new byte[] {7});
            client.sendFrame(true, RawWebSocket.CONTINUATION, Arrays.copyOfRange(json, cut, json.length));

            session.expectMessage(new StreamSession.Text("€\uFFFD", null));
            assertThat(client.read().payload()).isEqualTo(new byte[] {7});
        }
    }

    @Test
    void passesOnTextOfABinaryMessageThatIsNotUtf8() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(Subprotocol.PROTO);
            var session = gateway.open(client, "s");
            byte[] delta = {0x12, 7, 0x0A, 1, 's', 0x12, 2, (byte) 0xC3, '!'};
            client.sendFrame(false, RawWebSocket.BINARY, Arrays.copyOf(delta, 5));
            client.sendFrame(true, RawWebSocket.CONTINUATION, Arrays.copyOfRange(delta, 5, delta.length));
            session.expectMessage(new StreamSession.Utf8(Utf8Text.of(delta, 7, 9), null));
        }
    }

    private interface Fault {
        void commit(RawWebSocket client) throws IOException;
    }

    private static void closesWith(int status, Fault fault) throws IOException {
        closesWith(status, Subprotocol.JSON, fault);
    }

    private static void closesWith(int status, Subprotocol subprotocol, Fault fault) throws IOException {
        try (Gateways gateway = new Gateways("max-frame-bytes = 1024")) {
            RawWebSocket faulty = gateway.connect(subprotocol);
            var given = gateway.open(faulty, "given up");
            RawWebSocket neighbour = gateway.connect();
            var untouched = gateway.open(neighbour, "untouched");

            fault.commit(faulty);

            assertThat(faulty.readClose()).isEqualTo(status);
            given.expectMessage(new StreamSession.Abandon());
            neighbour.send("{\"type\":\"delta\",\"stream\":\"untouched\",\"text\":\"x\"}");
            untouched.expectMessage(new StreamSession.Text("x", null));
        }
    }
}
