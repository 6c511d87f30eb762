package dev.weir.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON message, read in one pass and in any order.
 *
 * <p>{@code type} may come last, so the reader cannot know which fields count until it has read them all. It therefore
 * keeps every field of a known name, and for one it cannot use the fault instead of a value. A fault is raised only
 * when the message's type asks for that field: in any other message it is an unknown field and ignored. This is also
 * why an error can name a {@code stream} that stands after the faulty field.
 */
final class MessageFields {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER_LENGTH = 64;
    private static final int MAX_ECHOED_TYPE = 32;
    private static final int MAX_STREAM_LENGTH = 128;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from strangers and would never be freed
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .build();

    /** A value that cannot be used: where, what was found, what was expected. */
    private record Fault(String path, String found, String expected) {}

    private final Map<Field, Object> values = new EnumMap<>(Field.class);
    private @Nullable Map<Field, Fault> faults;
    private boolean losesText;

    private MessageFields() {}

    /** Reads a whole message; only what is wrong with the JSON itself is thrown from here. */
    static MessageFields read(String json) throws ProtocolException {
        MessageFields fields = new MessageFields();
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw fields.badJson("the message is empty (expected: one JSON object)");
            }
            if (first != JsonToken.START_OBJECT) {
                throw fields.fail(
                        ErrorCode.BAD_MESSAGE, null, "message: " + found(first) + " (expected: one JSON object)");
            }
            fields.readObject(parser);
            if (parser.nextToken() != null) {
                throw fields.badJson("something follows the message (expected: one JSON object)");
            }
            return fields;
        } catch (StreamConstraintsException e) {
            throw fields.badJson("the message is nested deeper than " + MAX_DEPTH
                    + " levels, has a number of more than " + MAX_NUMBER_LENGTH + " characters, or is too large");
        } catch (IOException e) {
            throw fields.badJson("the message is not JSON"); // the parser's own words may quote the text
        }
    }

    /** The message's type; the caller reports one it does not know with {@link #unknownType}. */
    String type() throws ProtocolException {
        return string(Field.TYPE);
    }

    ProtocolException unknownType(String type, String known) {
        boolean echo =
                type.length() <= MAX_ECHOED_TYPE && type.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'));
        return fail(
                ErrorCode.UNKNOWN_TYPE,
                Field.TYPE.wireName,
                "type: " + (echo ? '"' + type + '"' : "an unknown string") + " (expected: " + known + ")");
    }

    String stream() throws ProtocolException {
        String stream = string(Field.STREAM);
        if (!isStreamName(stream)) {
            throw badMessage(new Fault(Field.STREAM.wireName, "another string", "1 to 128 printable ASCII characters"));
        }
        return stream;
    }

    @Nullable
    String optionalStream() throws ProtocolException {
        return optional(Field.STREAM) == null ? null : stream();
    }

    String string(Field field) throws ProtocolException {
        return (String) required(field);
    }

    @Nullable
    String optionalString(Field field) throws ProtocolException {
        return (String) optional(field);
    }

    int count(Field field) throws ProtocolException {
        return (Integer) required(field);
    }

    @Nullable
    Integer optionalCount(Field field) throws ProtocolException {
        return (Integer) optional(field);
    }

    double probability(Field field) throws ProtocolException {
        return (Double) required(field);
    }

    /** The second field of a span, which may not lie before the first. */
    int countFrom(Field field, int least) throws ProtocolException {
        int value = count(field);
        if (value < least) {
            throw badMessage(new Fault(field.wireName, "a smaller integer", "an integer >= from"));
        }
        return value;
    }

    /** False when the field is absent. */
    boolean flag(Field field) throws ProtocolException {
        Boolean value = (Boolean) optional(field);
        return value != null && value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // the field's kind says what was stored
    List<String> strings(Field field) throws ProtocolException {
        List<String> value = (List<String>) optional(field);
        return value == null ? List.of() : value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // as above
    List<PromptMessage> messages() throws ProtocolException {
        List<PromptMessage> value = (List<PromptMessage>) optional(Field.MESSAGES);
        if (value == null) {
            return List.of();
        }
        long codePoints = 0;
        for (PromptMessage message : value) {
            codePoints += message.content().codePointCount(0, message.content().length());
        }
        if (codePoints > ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS) {
            throw fail(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    Field.MESSAGES.wireName,
                    "messages: " + codePoints + " code points in all (expected: at most "
                            + ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS + ")");
        }
        return value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // as above
    Map<String, String> meta() throws ProtocolException {
        Map<String, String> value = (Map<String, String>) optional(Field.META);
        return value == null ? Map.of() : value;
    }

    ServerMessage.@Nullable PromptVerdict prompt() throws ProtocolException {
        return (ServerMessage.PromptVerdict) optional(Field.PROMPT);
    }

    <E extends Enum<E> & WireName> E constant(Field field, Class<E> type) throws ProtocolException {
        return constant(field, type, string(field));
    }

    <E extends Enum<E> & WireName> @Nullable E optionalConstant(Field field, Class<E> type) throws ProtocolException {
        String wireName = optionalString(field);
        return wireName == null ? null : constant(field, type, wireName);
    }

    /** {@code content}, {@code reasoning} or {@code tool}, alone or with the number of a choice. */
    String channel() throws ProtocolException {
        String channel = optionalString(Field.CHANNEL);
        if (channel == null) {
            return ClientMessage.OpenStream.DEFAULT_CHANNEL;
        }
        int slash = channel.indexOf('/');
        String base = slash < 0 ? channel : channel.substring(0, slash);
        String choice = slash < 0 ? "0" : channel.substring(slash + 1);
        if (!(base.equals("content") || base.equals("reasoning") || base.equals("tool"))
                || choice.isEmpty()
                || choice.length() > 4
                || !choice.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw badMessage(new Fault(
                    Field.CHANNEL.wireName,
                    "another string",
                    "content, reasoning, tool, or one with a choice: content/1"));
        }
        return channel;
    }

    static boolean isStreamName(String stream) {
        int length = stream.length();
        if (length == 0 || length > MAX_STREAM_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = stream.charAt(i);
            if (c < 0x20 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private <E extends Enum<E> & WireName> E constant(Field field, Class<E> type, String wireName)
            throws ProtocolException {
        E found = WireName.parse(type, wireName).orElse(null);
        if (found == null) {
            throw badMessage(new Fault(field.wireName, "another string", namesOf(type)));
        }
        return found;
    }

    private static <E extends Enum<E> & WireName> String namesOf(Class<E> type) {
        return "one of "
                + Arrays.stream(type.getEnumConstants()).map(WireName::wireName).collect(Collectors.joining(", "));
    }

    private Object required(Field field) throws ProtocolException {
        Object value = optional(field);
        if (value == null) {
            throw badMessage(new Fault(field.wireName, "nothing", field.kind.expected));
        }
        return value;
    }

    private @Nullable Object optional(Field field) throws ProtocolException {
        Fault fault = faults == null ? null : faults.get(field);
        if (fault != null) {
            throw badMessage(fault);
        }
        return values.get(field);
    }

    private ProtocolException badMessage(Fault fault) {
        return fail(
                ErrorCode.BAD_MESSAGE,
                fault.path,
                fault.path + ": " + fault.found + " (expected: " + fault.expected + ")");
    }

    private ProtocolException badJson(String message) {
        return fail(ErrorCode.BAD_JSON, null, message);
    }

    private ProtocolException fail(ErrorCode code, @Nullable String path, String message) {
        boolean doubtful = faults != null && faults.containsKey(Field.STREAM);
        String stream = doubtful ? null : (String) values.get(Field.STREAM);
        String named = stream != null && isStreamName(stream) ? stream : null;
        return new ProtocolException(code, named, path, message, named != null && losesText);
    }

    private void readObject(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Field field = Field.named(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
            } else if (values.containsKey(field) || (faults != null && faults.containsKey(field))) {
                keep(field, new Fault(field.wireName, "the field twice", "once"));
                noteLoss(field, token, parser);
                parser.skipChildren();
            } else {
                noteLoss(field, token, parser);
                readValue(parser, field, token);
            }
        }
    }

    /** An open or a delta that is not understood is text lost, even when its type is named twice or too early. */
    private void noteLoss(Field field, JsonToken token, JsonParser parser) throws IOException {
        if (field == Field.TYPE && token == JsonToken.VALUE_STRING) {
            String type = parser.getText();
            losesText |= type.equals("delta") || type.equals("open");
        }
    }

    private void readValue(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return; // as if the field were not there
        }
        Object value = null;
        switch (field.kind) {
            case STRING -> value = token == JsonToken.VALUE_STRING ? parser.getText() : null;
            case COUNT -> value = readCount(parser, field, token);
            case PROBABILITY -> value = readProbability(parser, field.wireName, field, token);
            case BOOLEAN -> value = token.isBoolean() ? (Boolean) parser.getBooleanValue() : null;
            case STRINGS -> value = readStrings(parser, field, token);
            case MESSAGES -> value = readMessages(parser, field, token);
            case META -> value = readMeta(parser, field, token);
            case PROMPT -> value = readPrompt(parser, field, token);
        }
        if (value == null) {
            keep(field, new Fault(field.wireName, found(token), field.kind.expected));
            if (token.isStructStart() && parser.currentToken() == token) {
                parser.skipChildren();
            }
        } else {
            values.put(field, value);
        }
    }

    private @Nullable Integer readCount(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return null;
        }
        if (parser.getNumberType() == JsonParser.NumberType.INT && parser.getIntValue() >= 0) {
            return parser.getIntValue();
        }
        keep(field, new Fault(field.wireName, "an integer out of range", field.kind.expected));
        return null;
    }

    private @Nullable Double readProbability(JsonParser parser, String path, Field field, JsonToken token)
            throws IOException {
        if (!token.isNumeric()) {
            return null;
        }
        double value = parser.getDoubleValue();
        if (value >= 0 && value <= 1) {
            return value;
        }
        keep(field, new Fault(path, "a number out of range", Field.Kind.PROBABILITY.expected));
        return null;
    }

    private @Nullable List<String> readStrings(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return null;
        }
        List<String> strings = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next == JsonToken.VALUE_STRING) {
                strings.add(parser.getText());
            } else {
                keep(field, new Fault(field.wireName, "an array with " + found(next), field.kind.expected));
                parser.skipChildren();
            }
        }
        return strings;
    }

    private @Nullable List<PromptMessage> readMessages(JsonParser parser, Field field, JsonToken token)
            throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return null;
        }
        List<PromptMessage> messages = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            String path = field.wireName + "[" + messages.size() + "]";
            if (next == JsonToken.START_OBJECT) {
                messages.add(readMessage(parser, field, path));
            } else {
                keep(field, new Fault(path, found(next), "an object with role and content"));
                parser.skipChildren();
                messages.add(new PromptMessage("", ""));
            }
        }
        return messages;
    }

    private PromptMessage readMessage(JsonParser parser, Field field, String path) throws IOException {
        String role = null;
        String content = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            boolean isRole = name.equals("role");
            if (!isRole && !name.equals("content")) {
                parser.skipChildren();
            } else if ((isRole ? role : content) != null) {
                keep(field, new Fault(path + "." + name, "the field twice", "once"));
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_STRING) {
                keep(field, new Fault(path + "." + name, found(token), "a string"));
                parser.skipChildren();
            } else if (isRole) {
                role = parser.getText();
            } else {
                content = parser.getText();
            }
        }
        if (role == null || content == null) {
            keep(field, new Fault(path + (role == null ? ".role" : ".content"), "nothing", "a string"));
            return new PromptMessage("", "");
        }
        return new PromptMessage(role, content);
    }

    private @Nullable Map<String, String> readMeta(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            return null;
        }
        Map<String, String> meta = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value != JsonToken.VALUE_STRING) {
                keep(field, new Fault(field.wireName, "an object with " + found(value), field.kind.expected));
                parser.skipChildren();
            } else if (meta.put(name, parser.getText()) != null) {
                keep(field, new Fault(field.wireName, "an object with a name twice", field.kind.expected));
            }
        }
        return meta;
    }

    private ServerMessage.@Nullable PromptVerdict readPrompt(JsonParser parser, Field field, JsonToken token)
            throws IOException {
        if (token != JsonToken.START_OBJECT) {
            return null;
        }
        Double risk = null;
        Action action = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("risk")) {
                risk = readProbability(parser, "prompt.risk", field, value);
            } else if (name.equals("action") && value == JsonToken.VALUE_STRING) {
                action = WireName.parse(Action.class, parser.getText()).orElse(null);
            }
            parser.skipChildren();
        }
        if (risk == null) {
            keep(field, new Fault("prompt.risk", "another value", Field.Kind.PROBABILITY.expected));
        } else if (action == null) {
            keep(field, new Fault("prompt.action", "another value", namesOf(Action.class)));
        } else {
            return new ServerMessage.PromptVerdict(risk, action);
        }
        return null;
    }

    /** Keeps the first fault of a field. */
    private void keep(Field field, Fault fault) {
        Map<Field, Fault> kept = faults;
        if (kept == null) {
            kept = new EnumMap<>(Field.class);
            faults = kept;
        }
        kept.putIfAbsent(field, fault);
    }

    private static String found(JsonToken token) {
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "another value";
        };
    }
}
