package dev.weir.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code weir.proto}: an envelope whose one field is the message. A zero or an empty string is left out where the
 * field is always there, as protobuf has it.
 */
final class ProtoWriter implements FieldWriter {

    private final MessageBuffer out;
    private final List<String> types;
    private int type;

    /** @param types by field number of the envelope, counted from 1 */
    ProtoWriter(MessageBuffer out, List<String> types) {
        this.out = out;
        this.types = types;
    }

    @Override
    public void begin(String name) {
        out.clear();
        type = types.indexOf(name) + 1;
        tag(type, ProtoInput.BYTES);
    }

    @Override
    public void end() {
        prefixLength(1); // behind the envelope's tag, which has one byte
    }

    @Override
    public void string(Field field, String value) {
        if (!value.isEmpty()) {
            utf8(field.number, value);
        }
    }

    @Override
    public void optionalString(Field field, @Nullable String value) {
        if (value != null) {
            utf8(field.number, value);
        }
    }

    @Override
    public void utf8(Field field, Utf8Text value) {
        if (value.length() > 0) {
            tag(field.number, ProtoInput.BYTES);
            varint(value.length());
            value.writeTo(out);
        }
    }

    @Override
    public void count(Field field, int value) {
        if (value != 0) {
            tag(field.number, ProtoInput.VARINT);
            varint(value);
        }
    }

    @Override
    public void optionalCount(Field field, @Nullable Integer value) {
        if (value != null) {
            tag(field.number, ProtoInput.VARINT);
            varint(value);
        }
    }

    @Override
    public void probability(Field field, double value) {
        probability(field.number, value);
    }

    @Override
    public void flag(Field field, boolean value) {
        count(field, value ? 1 : 0);
    }

    @Override
    public void strings(Field field, List<String> values) {
        for (String value : values) {
            utf8(field.number, value);
        }
    }

    @Override
    public void prompt(ServerMessage.PromptVerdict verdict) {
        int from = nested(Field.PROMPT);
        probability(ProtoFields.PROMPT_RISK, verdict.risk());
        utf8(ProtoFields.PROMPT_ACTION, verdict.action().wireName());
        prefixLength(from);
    }

    @Override
    public void messages(List<PromptMessage> messages) {
        for (PromptMessage message : messages) {
            pair(Field.MESSAGES, message.role(), message.content());
        }
    }

    @Override
    public void meta(Map<String, String> meta) {
        meta.forEach((name, value) -> pair(Field.META, name, value));
    }

    @Override
    public void rule(@Nullable String rule) {
        optionalString(Field.RULE, rule);
    }

    private void pair(Field field, String first, String second) {
        int from = nested(field);
        utf8(ProtoFields.PAIR_FIRST, first);
        utf8(ProtoFields.PAIR_SECOND, second);
        prefixLength(from);
    }

    /** Begins an object inside the message. */
    private int nested(Field field) {
        tag(field.number, ProtoInput.BYTES);
        return out.length();
    }

    /** Puts the length of what stands from {@code from} on before it. */
    private void prefixLength(int from) {
        int length = out.length() - from;
        int room = 1;
        for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
            room++;
        }
        out.insert(from, room);
        for (int i = 0, rest = length; i < room; i++, rest >>>= 7) {
            out.set(from + i, i + 1 < room ? (rest & 0x7F) | 0x80 : rest);
        }
    }

    private void utf8(int number, String value) {
        tag(number, ProtoInput.BYTES);
        int from = out.length();
        out.putUtf8(value);
        prefixLength(from);
    }

    private void probability(int number, double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (bits != 0) {
            tag(number, ProtoInput.FIXED64);
            for (int i = 0; i < Long.BYTES; i++) {
                out.put((int) (bits >>> (8 * i)));
            }
        }
    }

    private void tag(int number, int wireType) {
        varint(ProtoInput.tagOf(number, wireType));
    }

    private void varint(int value) {
        int rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            out.put((rest & 0x7F) | 0x80);
        }
        out.put(rest);
    }
}
