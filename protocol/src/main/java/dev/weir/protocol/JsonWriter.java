package dev.weir.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON. A field with nothing to say is left out. Half a surrogate pair on its own becomes its escape, because
 * UTF-8 has no bytes for it.
 */
final class JsonWriter implements FieldWriter {

    private static final byte[] BEGIN = ascii("{\"type\":");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] NULL = ascii("null");
    private static final byte[] UPPER_HEX = ascii("0123456789ABCDEF");
    private static final byte[] LOWER_HEX = ascii("0123456789abcdef");

    /** By {@link Field#ordinal()}: how a field begins behind another one. */
    private static final byte[][] KEYS = Arrays.stream(Field.values())
            .map(field -> ascii(",\"" + field.wireName + "\":"))
            .toArray(byte[][]::new);

    private final MessageBuffer out;

    JsonWriter(MessageBuffer out) {
        this.out = out;
    }

    @Override
    public void begin(String type) {
        out.clear();
        out.put(BEGIN);
        string(type);
    }

    @Override
    public void end() {
        out.put('}');
    }

    @Override
    public void string(Field field, String value) {
        key(field);
        string(value);
    }

    @Override
    public void optionalString(Field field, @Nullable String value) {
        if (value != null) {
            string(field, value);
        }
    }

    @Override
    public void utf8(Field field, Utf8Text value) {
        throw new IllegalArgumentException(
                field.wireName + ": bytes, which may be cut inside a character (expected in JSON: a string)");
    }

    @Override
    public void count(Field field, int value) {
        key(field);
        out.putDigits(value);
    }

    @Override
    public void optionalCount(Field field, @Nullable Integer value) {
        if (value != null) {
            count(field, value);
        }
    }

    @Override
    public void probability(Field field, double value) {
        key(field);
        out.putAscii(Double.toString(value));
    }

    @Override
    public void flag(Field field, boolean value) {
        if (value) {
            key(field);
            out.put(TRUE);
        }
    }

    @Override
    public void strings(Field field, List<String> values) {
        key(field);
        out.put('[');
        for (int i = 0; i < values.size(); i++) {
            separate(i);
            string(values.get(i));
        }
        out.put(']');
    }

    @Override
    public void prompt(ServerMessage.PromptVerdict verdict) {
        key(Field.PROMPT);
        out.putAscii("{\"risk\":");
        out.putAscii(Double.toString(verdict.risk()));
        out.putAscii(",\"action\":");
        string(verdict.action().wireName());
        out.put('}');
    }

    @Override
    public void messages(List<PromptMessage> messages) {
        key(Field.MESSAGES);
        out.put('[');
        for (int i = 0; i < messages.size(); i++) {
            separate(i);
            out.putAscii("{\"role\":");
            string(messages.get(i).role());
            out.putAscii(",\"content\":");
            string(messages.get(i).content());
            out.put('}');
        }
        out.put(']');
    }

    @Override
    public void meta(Map<String, String> meta) {
        key(Field.META);
        out.put('{');
        int written = 0;
        for (Map.Entry<String, String> entry : meta.entrySet()) {
            separate(written++);
            string(entry.getKey());
            out.put(':');
            string(entry.getValue());
        }
        out.put('}');
    }

    @Override
    public void rule(@Nullable String rule) {
        if (rule == null) {
            key(Field.RULE);
            out.put(NULL);
        } else {
            string(Field.RULE, rule);
        }
    }

    private void key(Field field) {
        out.put(KEYS[field.ordinal()]);
    }

    private void separate(int written) {
        if (written > 0) {
            out.put(',');
        }
    }

    private void string(String value) {
        out.put('"');
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (unit < ' ' || unit == '"' || unit == '\\') {
                escape(unit);
            } else if (unit < 0x80) {
                out.put(unit);
            } else if (Surrogates.isPair(value, i)) {
                out.putCodePoint(value.codePointAt(i++));
            } else if (Character.isSurrogate(unit)) {
                hex(unit, LOWER_HEX);
            } else {
                out.putCodePoint(unit);
            }
        }
        out.put('"');
    }

    private void escape(char unit) {
        int letter = switch (unit) {
            case '"', '\\' -> unit;
            case '\b' -> 'b';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\f' -> 'f';
            case '\r' -> 'r';
            default -> 0;
        };
        if (letter == 0) {
            hex(unit, UPPER_HEX);
        } else {
            out.put('\\');
            out.put(letter);
        }
    }

    private void hex(char unit, byte[] digits) {
        out.put('\\');
        out.put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.put(digits[unit >> shift & 15]);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
