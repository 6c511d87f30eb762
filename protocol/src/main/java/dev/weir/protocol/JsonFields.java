package dev.weir.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one JSON message in one pass and in any order. */
final class JsonFields {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER_LENGTH = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from strangers and would never be freed
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .build();

    private final MessageFields fields = new MessageFields(false);

    private JsonFields() {}

    /** Reads a whole message; only what is wrong with the JSON itself is thrown from here. */
    static MessageFields read(String json) throws ProtocolException {
        JsonFields reader = new JsonFields();
        MessageFields fields = reader.fields;
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw reader.badJson("the message is empty (expected: one JSON object)");
            }
            if (first != JsonToken.START_OBJECT) {
                throw fields.fail(
                        ErrorCode.BAD_MESSAGE, null, "message: " + found(first) + " (expected: one JSON object)");
            }
            reader.readObject(parser);
            if (parser.nextToken() != null) {
                throw reader.badJson("something follows the message (expected: one JSON object)");
            }
            return fields;
        } catch (StreamConstraintsException e) {
            throw reader.badJson("the message is nested deeper than " + MAX_DEPTH
                    + " levels, has a number of more than " + MAX_NUMBER_LENGTH + " characters, or is too large");
        } catch (IOException e) {
            throw reader.badJson("the message is not JSON"); // the parser's own words may quote the text
        }
    }

    private ProtocolException badJson(String message) {
        return fields.fail(ErrorCode.BAD_JSON, null, message);
    }

    private void readObject(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Field field = Field.named(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
            } else if (fields.isGiven(field)) {
                fields.keepTwice(field);
                noteType(field, token, parser);
                parser.skipChildren();
            } else {
                noteType(field, token, parser);
                readValue(parser, field, token);
            }
        }
    }

    private void noteType(Field field, JsonToken token, JsonParser parser) throws IOException {
        if (field == Field.TYPE && token == JsonToken.VALUE_STRING) {
            fields.noteType(parser.getText());
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
            fields.keep(field, found(token), field.kind.expected);
            if (token.isStructStart() && parser.currentToken() == token) {
                parser.skipChildren();
            }
        } else {
            fields.put(field, value);
        }
    }

    private @Nullable Integer readCount(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return null;
        }
        if (parser.getNumberType() == JsonParser.NumberType.INT && parser.getIntValue() >= 0) {
            return parser.getIntValue();
        }
        fields.keep(field, "an integer out of range", field.kind.expected);
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
        fields.keep(field, new MessageFields.Fault(path, "a number out of range", Field.Kind.PROBABILITY.expected));
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
                fields.keep(field, "an array with " + found(next), field.kind.expected);
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
                fields.keep(field, new MessageFields.Fault(path, found(next), "an object with role and content"));
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
                fields.keep(field, new MessageFields.Fault(path + "." + name, "the field twice", "once"));
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_STRING) {
                fields.keep(field, new MessageFields.Fault(path + "." + name, found(token), "a string"));
                parser.skipChildren();
            } else if (isRole) {
                role = parser.getText();
            } else {
                content = parser.getText();
            }
        }
        if (role == null || content == null) {
            fields.keep(
                    field,
                    new MessageFields.Fault(path + (role == null ? ".role" : ".content"), "nothing", "a string"));
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
                fields.keep(field, "an object with " + found(value), field.kind.expected);
                parser.skipChildren();
            } else if (meta.put(name, parser.getText()) != null) {
                fields.keep(field, "an object with a name twice", field.kind.expected);
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
            fields.keep(
                    field, new MessageFields.Fault("prompt.risk", "another value", Field.Kind.PROBABILITY.expected));
        } else if (action == null) {
            fields.keep(
                    field,
                    new MessageFields.Fault("prompt.action", "another value", MessageFields.namesOf(Action.class)));
        } else {
            return new ServerMessage.PromptVerdict(risk, action);
        }
        return null;
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
