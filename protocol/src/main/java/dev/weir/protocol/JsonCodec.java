package dev.weir.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as JSON, one object each: the subprotocol {@value #SUBPROTOCOL}. Both ends are here; the server decodes
 * {@link ClientMessage} and encodes {@link ServerMessage}, a client the reverse. Thread-safe and without state.
 *
 * <p>Reading is strict about what a message means and lenient about what it does not know: unknown fields are ignored
 * at every level, a known field must hold the right kind of value, once. {@code null} is an absent field.
 *
 * <p>Half a surrogate pair is legal in JSON as an escape ({@code "\ud83d"}) and survives decoding, because a delta may
 * end inside a pair; written, it becomes an escape again, because UTF-8 has no bytes for it.
 */
public final class JsonCodec {

    /** The name of this encoding in the WebSocket handshake. */
    public static final String SUBPROTOCOL = "weir.v1+json";

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String CLIENT_TYPES = "open, delta, flush, end, cancel or feedback";
    private static final String SERVER_TYPES =
            "opened, released, flagged, redacted, stopped, ended, credit, feedback_recorded or error";

    private JsonCodec() {}

    /** Reads what a client sent. */
    public static ClientMessage decodeClient(String json) throws ProtocolException {
        MessageFields fields = MessageFields.read(json);
        String type = fields.type();
        return switch (type) {
            case "delta" ->
                new ClientMessage.Delta(fields.stream(), fields.string(Field.TEXT), fields.optionalCount(Field.AT));
            case "open" ->
                new ClientMessage.OpenStream(
                        fields.stream(),
                        fields.optionalString(Field.POLICY),
                        fields.optionalConstant(Field.MODE, Mode.class),
                        unitsOf(fields),
                        fields.optionalString(Field.CONVERSATION),
                        fields.channel(),
                        fields.messages(),
                        fields.meta(),
                        fields.optionalString(Field.RESUME));
            case "flush" -> new ClientMessage.Flush(fields.stream());
            case "end" -> new ClientMessage.EndStream(fields.stream(), fields.optionalCount(Field.LENGTH));
            case "cancel" -> new ClientMessage.Cancel(fields.stream());
            case "feedback" ->
                new ClientMessage.Feedback(
                        fields.string(Field.ID),
                        fields.string(Field.RECEIPT),
                        fields.constant(Field.VERDICT, ClientMessage.FeedbackVerdict.class),
                        fields.strings(Field.CATEGORIES));
            default -> throw fields.unknownType(type, CLIENT_TYPES);
        };
    }

    /** Reads what a client sent, from UTF-8; bytes that are not UTF-8 are {@link ErrorCode#BAD_JSON}. */
    public static ClientMessage decodeClient(byte[] utf8) throws ProtocolException {
        return decodeClient(text(utf8));
    }

    /** Reads what the server sent. */
    public static ServerMessage decodeServer(String json) throws ProtocolException {
        MessageFields fields = MessageFields.read(json);
        String type = fields.type();
        return switch (type) {
            case "released" ->
                new ServerMessage.Released(
                        fields.stream(),
                        fields.count(Field.THROUGH),
                        fields.probability(Field.RISK),
                        fields.flag(Field.COARSE),
                        fields.flag(Field.UNSCORED),
                        fields.strings(Field.ASLEEP));
            case "credit" -> new ServerMessage.Credit(fields.optionalStream(), fields.count(Field.ADD));
            case "opened" ->
                new ServerMessage.Opened(
                        fields.stream(),
                        fields.string(Field.POLICY),
                        fields.constant(Field.MODE, Mode.class),
                        fields.constant(Field.UNITS, Units.class),
                        fields.prompt(),
                        fields.count(Field.CREDIT),
                        fields.optionalString(Field.RESUME));
            case "flagged" -> {
                int from = fields.count(Field.FROM);
                yield new ServerMessage.Flagged(
                        fields.stream(),
                        from,
                        fields.countFrom(Field.TO, from),
                        fields.string(Field.CATEGORY),
                        fields.probability(Field.RISK),
                        fields.string(Field.RECEIPT),
                        fields.flag(Field.LATE));
            }
            case "redacted" -> {
                int from = fields.count(Field.FROM);
                yield new ServerMessage.Redacted(
                        fields.stream(),
                        from,
                        fields.countFrom(Field.TO, from),
                        fields.string(Field.CATEGORY),
                        fields.string(Field.REPLACEMENT));
            }
            case "stopped" ->
                new ServerMessage.Stopped(
                        fields.stream(),
                        fields.count(Field.AT),
                        fields.count(Field.ONSET),
                        fields.count(Field.RELEASED),
                        fields.count(Field.EXPOSURE),
                        fields.string(Field.CATEGORY),
                        fields.strings(Field.CATEGORIES),
                        fields.constant(Field.SEVERITY, Severity.class),
                        fields.probability(Field.RISK),
                        fields.optionalString(Field.RULE),
                        fields.string(Field.POLICY),
                        fields.string(Field.MESSAGE),
                        fields.string(Field.RECEIPT));
            case "ended" ->
                new ServerMessage.Ended(
                        fields.stream(),
                        fields.count(Field.THROUGH),
                        fields.constant(Field.VERDICT, ServerMessage.Verdict.class),
                        fields.probability(Field.MAX_RISK),
                        fields.string(Field.RECEIPT),
                        fields.flag(Field.COARSE),
                        fields.flag(Field.UNSCORED),
                        fields.strings(Field.ASLEEP));
            case "feedback_recorded" ->
                new ServerMessage.FeedbackRecorded(fields.string(Field.ID), fields.string(Field.RECEIPT));
            case "error" ->
                new ServerMessage.ErrorMessage(
                        fields.optionalStream(),
                        fields.constant(Field.CODE, ErrorCode.class),
                        fields.flag(Field.FINAL),
                        fields.optionalString(Field.FIELD),
                        fields.string(Field.MESSAGE),
                        fields.optionalCount(Field.RETRY_AFTER_MS));
            default -> throw fields.unknownType(type, SERVER_TYPES);
        };
    }

    /** Writes what the server says. */
    public static String encode(ServerMessage message) {
        return write(out -> {
            switch (message) {
                case ServerMessage.Released released -> {
                    begin(out, released.type(), released.stream());
                    out.writeNumberField("through", released.through());
                    out.writeNumberField("risk", released.risk());
                    writeQuality(out, released.coarse(), released.unscored(), released.asleep());
                }
                case ServerMessage.Credit credit -> {
                    begin(out, credit.type(), credit.stream());
                    out.writeNumberField("add", credit.add());
                }
                case ServerMessage.Opened opened -> writeOpened(out, opened);
                case ServerMessage.Flagged flagged -> {
                    begin(out, flagged.type(), flagged.stream());
                    out.writeNumberField("from", flagged.from());
                    out.writeNumberField("to", flagged.to());
                    out.writeStringField("category", flagged.category());
                    out.writeNumberField("risk", flagged.risk());
                    out.writeStringField("receipt", flagged.receipt());
                    writeFlag(out, "late", flagged.late());
                }
                case ServerMessage.Redacted redacted -> {
                    begin(out, redacted.type(), redacted.stream());
                    out.writeNumberField("from", redacted.from());
                    out.writeNumberField("to", redacted.to());
                    out.writeStringField("category", redacted.category());
                    out.writeStringField("replacement", redacted.replacement());
                }
                case ServerMessage.Stopped stopped -> writeStopped(out, stopped);
                case ServerMessage.Ended ended -> {
                    begin(out, ended.type(), ended.stream());
                    out.writeNumberField("through", ended.through());
                    out.writeStringField("verdict", ended.verdict().wireName());
                    out.writeNumberField("maxRisk", ended.maxRisk());
                    out.writeStringField("receipt", ended.receipt());
                    writeQuality(out, ended.coarse(), ended.unscored(), ended.asleep());
                }
                case ServerMessage.FeedbackRecorded recorded -> {
                    begin(out, recorded.type(), null);
                    out.writeStringField("id", recorded.id());
                    out.writeStringField("receipt", recorded.receipt());
                }
                case ServerMessage.ErrorMessage error -> {
                    begin(out, error.type(), error.stream());
                    out.writeStringField("code", error.code().wireName());
                    writeFlag(out, "final", error.isFinal());
                    writeOptional(out, "field", error.field());
                    out.writeStringField("message", error.message());
                    writeOptional(out, "retryAfterMs", error.retryAfterMs());
                }
            }
        });
    }

    /** Writes what a client says. */
    public static String encode(ClientMessage message) {
        return write(out -> {
            switch (message) {
                case ClientMessage.Delta delta -> {
                    begin(out, delta.type(), delta.stream());
                    out.writeStringField("text", delta.text());
                    writeOptional(out, "at", delta.at());
                }
                case ClientMessage.OpenStream open -> writeOpen(out, open);
                case ClientMessage.Flush flush -> begin(out, flush.type(), flush.stream());
                case ClientMessage.EndStream end -> {
                    begin(out, end.type(), end.stream());
                    writeOptional(out, "length", end.length());
                }
                case ClientMessage.Cancel cancel -> begin(out, cancel.type(), cancel.stream());
                case ClientMessage.Feedback feedback -> {
                    begin(out, feedback.type(), null);
                    out.writeStringField("id", feedback.id());
                    out.writeStringField("receipt", feedback.receipt());
                    out.writeStringField("verdict", feedback.verdict().wireName());
                    writeStrings(out, "categories", feedback.categories());
                }
            }
        });
    }

    /** As {@link #encode(ServerMessage)}, in UTF-8. */
    public static byte[] encodeUtf8(ServerMessage message) {
        return encode(message).getBytes(StandardCharsets.UTF_8);
    }

    /** As {@link #encode(ClientMessage)}, in UTF-8. */
    public static byte[] encodeUtf8(ClientMessage message) {
        return encode(message).getBytes(StandardCharsets.UTF_8);
    }

    private static Units unitsOf(MessageFields fields) throws ProtocolException {
        Units units = fields.optionalConstant(Field.UNITS, Units.class);
        return units == null ? Units.CODEPOINT : units;
    }

    private static String text(byte[] utf8) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException(ErrorCode.BAD_JSON, null, null, "the message is not UTF-8", false);
        }
    }

    private interface Body {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static String write(Body body) {
        StringWriter json = new StringWriter(128);
        try (JsonGenerator out = FACTORY.createGenerator(json)) {
            out.writeStartObject();
            body.writeTo(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be written", e);
        }
        return Surrogates.escapeUnpaired(json.toString());
    }

    private static void begin(JsonGenerator out, String type, @Nullable String stream) throws IOException {
        out.writeStringField("type", type);
        writeOptional(out, "stream", stream);
    }

    private static void writeOpened(JsonGenerator out, ServerMessage.Opened opened) throws IOException {
        begin(out, opened.type(), opened.stream());
        out.writeStringField("policy", opened.policy());
        out.writeStringField("mode", opened.mode().wireName());
        out.writeStringField("units", opened.units().wireName());
        ServerMessage.PromptVerdict prompt = opened.prompt();
        if (prompt != null) {
            out.writeObjectFieldStart("prompt");
            out.writeNumberField("risk", prompt.risk());
            out.writeStringField("action", prompt.action().wireName());
            out.writeEndObject();
        }
        out.writeNumberField("credit", opened.credit());
        writeOptional(out, "resume", opened.resume());
    }

    private static void writeStopped(JsonGenerator out, ServerMessage.Stopped stopped) throws IOException {
        begin(out, stopped.type(), stopped.stream());
        out.writeNumberField("at", stopped.at());
        out.writeNumberField("onset", stopped.onset());
        out.writeNumberField("released", stopped.released());
        out.writeNumberField("exposure", stopped.exposure());
        out.writeStringField("category", stopped.category());
        writeStrings(out, "categories", stopped.categories());
        out.writeStringField("severity", stopped.severity().wireName());
        out.writeNumberField("risk", stopped.risk());
        out.writeStringField("rule", stopped.rule()); // null is said: no rule, a learned expert decided
        out.writeStringField("policy", stopped.policy());
        out.writeStringField("message", stopped.message());
        out.writeStringField("receipt", stopped.receipt());
    }

    private static void writeOpen(JsonGenerator out, ClientMessage.OpenStream open) throws IOException {
        begin(out, open.type(), open.stream());
        writeOptional(out, "policy", open.policy());
        Mode mode = open.mode();
        writeOptional(out, "mode", mode == null ? null : mode.wireName());
        out.writeStringField("units", open.units().wireName());
        writeOptional(out, "conversation", open.conversation());
        out.writeStringField("channel", open.channel());
        if (!open.messages().isEmpty()) {
            out.writeArrayFieldStart("messages");
            for (PromptMessage message : open.messages()) {
                out.writeStartObject();
                out.writeStringField("role", message.role());
                out.writeStringField("content", message.content());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!open.meta().isEmpty()) {
            out.writeObjectFieldStart("meta");
            for (var entry : open.meta().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
        writeOptional(out, "resume", open.resume());
    }

    private static void writeQuality(JsonGenerator out, boolean coarse, boolean unscored, List<String> asleep)
            throws IOException {
        writeFlag(out, "coarse", coarse);
        writeFlag(out, "unscored", unscored);
        if (!asleep.isEmpty()) {
            writeStrings(out, "asleep", asleep);
        }
    }

    private static void writeStrings(JsonGenerator out, String name, List<String> strings) throws IOException {
        out.writeArrayFieldStart(name);
        for (String string : strings) {
            out.writeString(string);
        }
        out.writeEndArray();
    }

    private static void writeFlag(JsonGenerator out, String name, boolean flag) throws IOException {
        if (flag) {
            out.writeBooleanField(name, true);
        }
    }

    private static void writeOptional(JsonGenerator out, String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    private static void writeOptional(JsonGenerator out, String name, @Nullable Integer value) throws IOException {
        if (value != null) {
            out.writeNumberField(name, value);
        }
    }
}
