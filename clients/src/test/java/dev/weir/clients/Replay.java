package dev.weir.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.Units;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plays the user's and the server's side of one transcript and holds a client to what it says of its own. */
final class Replay implements AutoCloseable {

    private final ClientKind kind;
    private final ScriptedServer server = new ScriptedServer();
    private final Driver driver;
    private ScriptedServer.@Nullable Handshake handshake;
    private ScriptedServer.@Nullable Peer peer;

    Replay(ClientKind kind) throws Exception {
        this.kind = kind;
        this.driver = kind.start();
    }

    void play(Transcript transcript) throws Exception {
        if (!transcript.header().path("connects").asBoolean()) {
            doByUser(Transcript.JSON.createObjectNode().put("do", "connect"));
            handshake = server.awaitHandshake();
            accept(false);
            driver.await("connected", "");
        }
        List<JsonNode> lines = transcript.in(kind.units());
        for (int i = 0; i < lines.size(); i++) {
            Map.Entry<String, JsonNode> line =
                    lines.get(i).properties().iterator().next();
            try {
                step(line.getKey(), line.getValue());
            } catch (Exception | AssertionError e) {
                throw new AssertionError(transcript + ", line " + (i + 2) + ", " + lines.get(i) + ": " + e, e);
            }
        }
        leaveNothing();
    }

    private void step(String who, JsonNode line) throws Exception {
        String stream = line.path("stream").asText();
        switch (who) {
            case "user" -> doByUser(line);
            case "client" -> expectOfClient(line);
            case "server" -> doByServer(line);
            case "sees" -> {
                String text = line.path("text").asText();
                assertThat(readable(driver.awaitText(stream, text.length()))).isEqualTo(readable(text));
            }
            case "unseen" -> {
                settle();
                assertThat(driver.takeText(stream)).isEmpty();
            }
            case "outcome" -> contains(driver.await("outcome", stream).path("outcome"), line);
            case "taken", "read" ->
                assertThat(driver.await(who, stream).path(who)).isEqualTo(line.path(who));
            case "waits" ->
                assertThat(driver.await("waits", "").path("waits").asInt()).isEqualTo(line.asInt());
            case "recorded", "refused" -> contains(driver.await(who, ""), line);
            case "connected" ->
                assertThat(driver.await("connected", "").path("connected")).isEqualTo(line);
            default -> throw new IllegalArgumentException(who);
        }
    }

    private void doByUser(JsonNode action) {
        driver.tell(
                action.path("do").asText().equals("connect")
                        ? ((ObjectNode) action.deepCopy()).put("url", server.url())
                        : action);
    }

    private void expectOfClient(JsonNode expected) throws Exception {
        switch (expected.path("wire").asText()) {
            case "handshake" -> {
                handshake = server.awaitHandshake();
                if (expected.has("bearer")) {
                    expectBearer(expected.path("bearer").asText());
                }
            }
            case "none" -> {} // says nothing in this unit
            case "pong" ->
                assertThat(peer.awaitPong()).isEqualTo(expected.path("text").asText());
            case "close" ->
                assertThat(peer.awaitClose()).isEqualTo(expected.path("status").asInt());
            default -> {
                if (expected.path("type").asText().equals("delta")) {
                    expectText(expected);
                } else {
                    contains(peer.awaitMessage(expected.toString()), expected);
                }
            }
        }
    }

    private void expectBearer(String token) {
        if (kind.sendsHeaders()) {
            assertThat(handshake.headers().get("authorization")).isEqualTo("Bearer " + token);
        } else {
            assertThat(handshake.headers().get("sec-websocket-protocol")).endsWith(" weir.bearer." + token);
        }
    }

    /** A text may come in any cuts, as long as each says where it begins. */
    private void expectText(JsonNode expected) throws Exception {
        String wanted = readable(expected.path("text").asText());
        StringBuilder text = new StringBuilder();
        do {
            JsonNode delta = peer.awaitMessage(expected.toString());
            assertThat(delta.path("type").asText()).isEqualTo("delta");
            assertThat(delta.path("stream")).isEqualTo(expected.path("stream"));
            assertThat(delta.path("at").asInt())
                    .as("at")
                    .isEqualTo(expected.path("at").asInt() + length(text.toString(), kind.units()));
            text.append(delta.path("text").asText());
        } while (readable(text.toString()).length() < wanted.length());
        assertThat(readable(text.toString())).isEqualTo(wanted);
    }

    private void doByServer(JsonNode line) throws Exception {
        switch (line.path("wire").asText()) {
            case "accept" -> accept(line.path("mute").asBoolean());
            case "refuse" -> handshake.refuse(line.path("status").asInt());
            case "vanish" -> peer.vanish();
            case "close" -> peer.close(line.path("status").asInt());
            case "ping" -> peer.ping(line.path("text").asText());
            case "pong" -> peer.pong(line.path("text").asText());
            case "fragments" -> peer.sayInFragments(line.path("parts"));
            case "bytes" -> peer.sayRaw(HexFormat.of().parseHex(line.path("hex").asText()));
            default -> peer.say(line);
        }
    }

    private void accept(boolean mute) {
        assertThat(handshake.headers().get("sec-websocket-protocol"))
                .contains(kind.subprotocol().wireName());
        peer = handshake.accept(kind.subprotocol(), mute);
    }

    /** Until the client has read all that was said, and its user all that could be read. */
    private void settle() throws Exception {
        peer.ping("settle");
        String pong = peer.awaitPong();
        assertThat(pong).isEqualTo("settle");
        driver.tell(Transcript.JSON.createObjectNode().put("do", "sync"));
        driver.await("synced", "");
    }

    private void leaveNothing() throws Exception {
        driver.tell(Transcript.JSON.createObjectNode().put("do", "sync"));
        driver.await("synced", "");
        assertThat(driver.has("text")).as("text nobody should have seen").isFalse();
        assertThat(driver.has("waits"))
                .as("a reconnection nobody should have planned")
                .isFalse();
        if (peer != null) {
            assertThat(peer.unawaited())
                    .as("what the client should not have said")
                    .isNull();
        }
    }

    /** Every field expected is there; null stands for one that is not. */
    private static void contains(JsonNode actual, JsonNode expected) {
        expected.properties().forEach(field -> {
            JsonNode found = actual.path(field.getKey());
            if (field.getValue().isNull()) {
                assertThat(found.isMissingNode() || found.isNull())
                        .as(field.getKey() + " in " + actual)
                        .isTrue();
            } else if (!field.getKey().equals("stream") || !found.isMissingNode()) {
                assertThat(found).as(field.getKey() + " in " + actual).isEqualTo(field.getValue());
            }
        });
    }

    /** As a reader reads it: half a surrogate pair on its own is U+FFFD, which some clients write at once. */
    private static String readable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }

    static int length(String text, Units units) {
        return switch (units) {
            case CODEPOINT -> text.codePointCount(0, text.length());
            case UTF16 -> text.length();
            case UTF8 -> readable(text).getBytes(StandardCharsets.UTF_8).length;
        };
    }

    @Override
    public void close() {
        try {
            driver.close();
        } finally {
            server.close();
        }
    }
}
