package dev.weir.protocol;

import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one {@code weir.proto} message in one pass and in any order. */
final class ProtoFields {

    static final int PROMPT_RISK = 1;
    static final int PROMPT_ACTION = 2;

    /** Role and content of a prompt message; key and value of a map, where protobuf fixes the numbers. */
    static final int PAIR_FIRST = 1;

    static final int PAIR_SECOND = 2;

    private static final String NOT_UTF8 = "bytes that are not UTF-8";

    private record StringPair(String first, String second) {}

    private final MessageFields fields = new MessageFields(true);
    private final List<String> types;
    private final ProtoInput in;
    private boolean unknownType;

    private ProtoFields(byte[] bytes, int length, List<String> types) {
        this.in = new ProtoInput(bytes, length);
        this.types = types;
    }

    /**
     * Reads a whole message; only what is wrong with the envelope or with the encoding itself is thrown from here.
     *
     * @param types by field number of the envelope, counted from 1
     */
    static MessageFields read(byte[] bytes, int length, List<String> types) throws ProtocolException {
        ProtoFields reader = new ProtoFields(bytes, length, types);
        try {
            while (reader.in.hasMore()) {
                reader.readEnvelope();
            }
        } catch (ProtoInput.MalformedException e) {
            throw reader.fail(ErrorCode.BAD_MESSAGE, null, "the message is not protobuf");
        }
        return reader.typed();
    }

    private MessageFields typed() throws ProtocolException {
        if (fields.isGiven(Field.TYPE)) {
            return fields;
        }
        String expected = " (expected: " + Messages.listed(types) + ")";
        throw unknownType
                ? fail(ErrorCode.UNKNOWN_TYPE, Field.TYPE.wireName, "type: an unknown number" + expected)
                : fail(ErrorCode.BAD_MESSAGE, Field.TYPE.wireName, "type: nothing" + expected);
    }

    private ProtocolException fail(ErrorCode code, @Nullable String path, String message) {
        return fields.fail(code, path, message);
    }

    private void readEnvelope() throws ProtoInput.MalformedException {
        int tag = in.tag();
        int number = ProtoInput.numberOf(tag);
        if (number > types.size()) {
            unknownType = true;
            in.skip(tag);
            return;
        }
        String type = types.get(number - 1);
        fields.noteType(type);
        if (fields.isGiven(Field.TYPE)) {
            fields.keepTwice(Field.TYPE);
        } else {
            fields.put(Field.TYPE, type);
        }
        if (ProtoInput.wireTypeOf(tag) != ProtoInput.BYTES) {
            fields.keep(Field.TYPE, found(tag), "a message");
            in.skip(tag);
            return;
        }
        int envelope = in.enter();
        while (in.hasMore()) {
            readField();
        }
        in.leave(envelope);
    }

    private void readField() throws ProtoInput.MalformedException {
        int tag = in.tag();
        Field field = Field.numbered(ProtoInput.numberOf(tag));
        if (field == null) {
            in.skip(tag);
        } else if (isWrong(field, ProtoInput.wireTypeOf(tag))) {
            fields.keep(field, found(tag), field.kind.expected);
            in.skip(tag);
        } else if (fields.isGiven(field) && !isRepeated(field)) {
            fields.keepTwice(field);
            in.skip(tag);
        } else {
            readValue(field);
        }
    }

    private static boolean isWrong(Field field, int wireType) {
        return wireType
                != switch (field.kind) {
                    case COUNT, BOOLEAN -> ProtoInput.VARINT;
                    case PROBABILITY -> ProtoInput.FIXED64;
                    case STRING, STRINGS, MESSAGES, META, PROMPT -> ProtoInput.BYTES;
                };
    }

    private static boolean isRepeated(Field field) {
        return switch (field.kind) {
            case STRINGS, MESSAGES, META -> true;
            case STRING, COUNT, PROBABILITY, BOOLEAN, PROMPT -> false;
        };
    }

    private void readValue(Field field) throws ProtoInput.MalformedException {
        switch (field.kind) {
            case STRING -> {
                if (field == Field.TEXT) {
                    fields.put(field, in.utf8());
                } else {
                    String value = readString(field, field.wireName);
                    if (value != null) {
                        fields.put(field, value);
                    }
                }
            }
            case COUNT -> {
                long value = in.varint();
                if (value >= 0 && value <= Integer.MAX_VALUE) {
                    fields.put(field, (int) value);
                } else {
                    fields.keep(field, "an integer out of range", field.kind.expected);
                }
            }
            case PROBABILITY -> {
                double value = in.fixed64();
                if (value >= 0 && value <= 1) {
                    fields.put(field, value);
                } else {
                    fields.keep(field, "a number out of range", field.kind.expected);
                }
            }
            case BOOLEAN -> fields.put(field, in.varint() != 0);
            case STRINGS -> {
                String value = readString(field, field.wireName);
                if (value != null) {
                    this.<String>list(field).add(value);
                }
            }
            case MESSAGES -> {
                List<PromptMessage> messages = list(field);
                StringPair pair = readPair(field, field.wireName + "[" + messages.size() + "]", "role", "content");
                messages.add(new PromptMessage(pair.first, pair.second));
            }
            case META -> {
                StringPair pair = readPair(field, field.wireName, "key", "value");
                if (meta().put(pair.first, pair.second) != null) {
                    fields.keep(field, "an object with a name twice", field.kind.expected);
                }
            }
            case PROMPT -> readPrompt();
        }
    }

    private @Nullable String readString(Field field, String path) throws ProtoInput.MalformedException {
        try {
            return in.string();
        } catch (CharacterCodingException e) {
            fields.keep(field, new MessageFields.Fault(path, NOT_UTF8, "a string"));
            return null;
        }
    }

    private StringPair readPair(Field field, String path, String firstName, String secondName)
            throws ProtoInput.MalformedException {
        String first = "";
        String second = "";
        int outer = in.enter();
        while (in.hasMore()) {
            int tag = in.tag();
            int number = ProtoInput.numberOf(tag);
            if (number != PAIR_FIRST && number != PAIR_SECOND) {
                in.skip(tag);
                continue;
            }
            String inside = path + "." + (number == PAIR_FIRST ? firstName : secondName);
            if (ProtoInput.wireTypeOf(tag) != ProtoInput.BYTES) {
                fields.keep(field, new MessageFields.Fault(inside, found(tag), "a string"));
                in.skip(tag);
                continue;
            }
            String value = readString(field, inside);
            if (number == PAIR_FIRST) {
                first = value == null ? "" : value;
            } else {
                second = value == null ? "" : value;
            }
        }
        in.leave(outer);
        return new StringPair(first, second);
    }

    private void readPrompt() throws ProtoInput.MalformedException {
        double risk = 0;
        Action action = null;
        int outer = in.enter();
        while (in.hasMore()) {
            int tag = in.tag();
            if (tag == ProtoInput.tagOf(PROMPT_RISK, ProtoInput.FIXED64)) {
                risk = in.fixed64();
            } else if (tag == ProtoInput.tagOf(PROMPT_ACTION, ProtoInput.BYTES)) {
                String name = readString(Field.PROMPT, "prompt.action");
                action =
                        name == null ? null : WireName.parse(Action.class, name).orElse(null);
            } else {
                in.skip(tag);
            }
        }
        in.leave(outer);
        if (!(risk >= 0 && risk <= 1)) {
            fields.keep(
                    Field.PROMPT,
                    new MessageFields.Fault("prompt.risk", "a number out of range", Field.Kind.PROBABILITY.expected));
        } else if (action == null) {
            fields.keep(
                    Field.PROMPT,
                    new MessageFields.Fault("prompt.action", "another value", MessageFields.namesOf(Action.class)));
        } else {
            fields.put(Field.PROMPT, new ServerMessage.PromptVerdict(risk, action));
        }
    }

    @SuppressWarnings("unchecked") // the field's kind says what is stored
    private <T> List<T> list(Field field) {
        List<T> list = (List<T>) fields.value(field);
        if (list == null) {
            list = new ArrayList<>();
            fields.put(field, list);
        }
        return list;
    }

    @SuppressWarnings("unchecked") // as above
    private Map<String, String> meta() {
        Map<String, String> meta = (Map<String, String>) fields.value(Field.META);
        if (meta == null) {
            meta = new LinkedHashMap<>();
            fields.put(Field.META, meta);
        }
        return meta;
    }

    private static String found(int tag) {
        return switch (ProtoInput.wireTypeOf(tag)) {
            case ProtoInput.VARINT -> "an integer";
            case ProtoInput.FIXED64, ProtoInput.FIXED32 -> "a fraction";
            case ProtoInput.BYTES -> "a string";
            default -> "another value";
        };
    }
}
