package dev.weir.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.Units;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transcript of what a server says to a text that is sent piece by piece, and of what a reader must have seen of
 * it. Shares no code with any client. Offsets are recorded in code points and written in every unit.
 */
final class Recorder {

    private static final long QUIET_MILLIS = 400;
    private static final long PATIENCE_MILLIS = 20_000;

    private static final List<String> OFFSETS = List.of("from", "to", "through", "at", "onset", "released");

    /**
     * @param sentence what the transcript says must hold
     * @param prompt what the text answers, if anything
     * @param pieces as they are sent
     * @param lostAfter the piece after which the connection is lost; -1 for none
     */
    record Scene(
            String name,
            String sentence,
            String mode,
            @Nullable String prompt,
            List<String> pieces,
            int lostAfter) {}

    private final URI uri;
    private final Scene scene;
    private final List<String> lines = new ArrayList<>();
    private final List<JsonNode> redactions = new ArrayList<>();
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final String whole;
    private WebSocket socket;
    private @Nullable String resume;
    private int sent; // code points
    private int shown;
    private boolean over;

    private Recorder(URI uri, Scene scene) {
        this.uri = uri;
        this.scene = scene;
        this.whole = String.join("", scene.pieces);
    }

    /** @return the lines of the transcript */
    static List<String> record(URI uri, Scene scene) throws Exception {
        return new Recorder(uri, scene).record();
    }

    private List<String> record() throws Exception {
        ObjectNode header = Transcript.JSON.createObjectNode().put("transcript", scene.sentence);
        lines.add(Transcript.JSON.writeValueAsString(header));
        ObjectNode options = Transcript.JSON.createObjectNode();
        options.put("stream", "g").put("mode", scene.mode);
        if (scene.prompt != null) {
            options.putArray("messages").addObject().put("role", "user").put("content", scene.prompt);
        }
        write("user", Transcript.JSON.createObjectNode().put("do", "open").setAll(options));
        connect(options);
        for (int i = 0; i < scene.pieces.size() && !over; i++) {
            String piece = scene.pieces.get(i);
            write("user", about("send").put("text", piece));
            if (scene.mode.equals("stream")) {
                write("sees", about(null).put("text", piece));
            }
            say(delta(piece, sent));
            sent += piece.codePointCount(0, piece.length());
            listen(QUIET_MILLIS);
            if (i == scene.lostAfter) {
                lose(options);
            }
        }
        if (!over) {
            write("user", about("end"));
            ObjectNode end =
                    Transcript.JSON.createObjectNode().put("type", "end").put("stream", "g");
            say(end.put("length", sent));
            listen(PATIENCE_MILLIS);
        }
        socket.abort();
        return lines;
    }

    private void connect(ObjectNode options) throws Exception {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(uri, new Answers())
                .get(20, TimeUnit.SECONDS);
        ObjectNode open = Transcript.JSON.createObjectNode().put("type", "open").put("units", "codepoint");
        open.setAll(options);
        open.put("resume", resume);
        say(open);
        listen(PATIENCE_MILLIS);
    }

    /** The connection breaks, and the text is sent again from the start. */
    private void lose(ObjectNode options) throws Exception {
        socket.abort();
        redactions.clear();
        write("server", Transcript.JSON.createObjectNode().put("wire", "vanish"));
        lines.add("{\"waits\":2500}");
        write("user", Transcript.JSON.createObjectNode().put("do", "reconnect"));
        write("client", Transcript.JSON.createObjectNode().put("wire", "handshake"));
        write("server", Transcript.JSON.createObjectNode().put("wire", "accept"));
        connect(options);
        say(delta(whole.substring(0, whole.offsetByCodePoints(0, sent)), 0));
        listen(PATIENCE_MILLIS);
    }

    private static ObjectNode delta(String text, int at) {
        ObjectNode delta =
                Transcript.JSON.createObjectNode().put("type", "delta").put("stream", "g");
        return delta.put("text", text).put("at", at);
    }

    private static ObjectNode about(@Nullable String what) {
        ObjectNode action = Transcript.JSON.createObjectNode();
        if (what != null) {
            action.put("do", what);
        }
        return action.put("stream", "g");
    }

    private void say(ObjectNode message) throws Exception {
        socket.sendText(Transcript.JSON.writeValueAsString(message), true).get(20, TimeUnit.SECONDS);
        ObjectNode written = message.deepCopy();
        if (written.has("units")) {
            written.set("units", inEveryUnit(Units::wireName));
        }
        for (String offset : List.of("at", "length")) {
            if (written.has(offset)) {
                written.set(offset, offset(written.path(offset).asInt()));
            }
        }
        write("client", written);
    }

    /**
     * Takes what the server says until it has been quiet for a while.
     *
     * @param firstMillis for which the first answer is waited
     */
    private void listen(long firstMillis) throws Exception {
        JsonNode answer = answers.poll(firstMillis, TimeUnit.MILLISECONDS);
        for (; answer != null; answer = answers.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS)) {
            hear((ObjectNode) answer);
        }
    }

    private void hear(ObjectNode answer) {
        String type = answer.path("type").asText();
        ObjectNode written = answer.deepCopy();
        if (type.equals("opened")) {
            resume = answer.path("resume").asText();
            written.set("units", inEveryUnit(Units::wireName));
        }
        if (answer.has("exposure")) {
            int released = answer.path("released").asInt();
            written.set("exposure", length(released - answer.path("exposure").asInt(), released));
        }
        OFFSETS.stream()
                .filter(answer::has)
                .forEach(name -> written.set(name, offset(answer.path(name).asInt())));
        write("server", written);
        if (type.equals("redacted")) {
            redactions.add(answer);
        } else if (scene.mode.equals("gate") && answer.has("through")) {
            show(answer.path("through").asInt());
        }
        if (type.equals("stopped") || type.equals("ended")) {
            over = true;
            ObjectNode outcome = about(null).put("kind", type);
            outcome.set("receipt", answer.get("receipt"));
            String field = type.equals("stopped") ? "at" : "through";
            write("outcome", outcome.set(field, written.get(field)));
        }
    }

    /** What a reader sees of the text up to here that was not seen before. */
    private void show(int through) {
        StringBuilder text = new StringBuilder();
        for (JsonNode redaction : redactions) {
            int from = redaction.path("from").asInt();
            if (from >= shown && from < through) {
                text.append(slice(shown, from))
                        .append(redaction.path("replacement").asText());
                shown = redaction.path("to").asInt();
            }
        }
        text.append(slice(shown, Math.max(shown, through)));
        shown = Math.max(shown, through);
        if (!text.isEmpty()) {
            write("sees", about(null).put("text", text.toString()));
        }
    }

    private String slice(int from, int to) {
        return whole.substring(whole.offsetByCodePoints(0, from), whole.offsetByCodePoints(0, to));
    }

    private JsonNode offset(int codePoints) {
        return length(0, codePoints);
    }

    private JsonNode length(int from, int to) {
        ObjectNode each = Transcript.JSON.createObjectNode();
        for (Units units : Units.values()) {
            each.put(units.wireName(), Replay.length(slice(from, to), units));
        }
        return each;
    }

    private static JsonNode inEveryUnit(Function<Units, String> value) {
        ObjectNode each = Transcript.JSON.createObjectNode();
        for (Units units : Units.values()) {
            each.put(units.wireName(), value.apply(units));
        }
        return each;
    }

    private void write(String who, JsonNode what) {
        try {
            lines.add(Transcript.JSON.writeValueAsString(
                    Transcript.JSON.createObjectNode().set(who, what)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                try {
                    answers.add(Transcript.JSON.readTree(partial.toString()));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
