package dev.weir.protocol;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code weir.v1+json}. A usual delta has the fields {@code type}, {@code stream}, {@code text} and perhaps
 * {@code at}, each once and in any order, with escapes in its text only.
 */
final class JsonClientDecoder implements ClientDecoder {

    /** Longer ones go the general way, which has the limits on them. */
    private static final int MAX_BYTES = 1 << 20;

    private static final byte[] TYPE = Field.TYPE.wireName.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM = Field.STREAM.wireName.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TEXT = Field.TEXT.wireName.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AT = Field.AT.wireName.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELTA = "delta".getBytes(StandardCharsets.US_ASCII);

    private static final char REPLACEMENT = '\uFFFD';

    private final StreamNames names = new StreamNames();
    private final StringBuilder unescaped = new StringBuilder();
    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    @Override
    public ClientMessage decode(byte[] message, int length) throws ProtocolException, CharacterCodingException {
        bytes = message;
        at = 0;
        end = length;
        ClientMessage delta = length > MAX_BYTES ? null : delta();
        return delta != null ? delta : JsonCodec.decodeClient(JsonCodec.text(message, length));
    }

    /** Null when this is anything but a usual delta without fault. */
    private ClientMessage.@Nullable Delta delta() {
        if (!takes('{')) {
            return null;
        }
        boolean typed = false;
        String stream = null;
        String text = null;
        int offset = -1;
        do {
            if (!takes('"')) {
                return null;
            }
            int key = at;
            int keyEnd = plainEnd();
            if (keyEnd < 0 || !takes(':')) {
                return null;
            }
            if (is(TEXT, key, keyEnd) && text == null) {
                text = takes('"') ? text() : null;
                if (text == null) {
                    return null;
                }
            } else if (is(STREAM, key, keyEnd) && stream == null) {
                stream = takes('"') ? name() : null;
                if (stream == null) {
                    return null;
                }
            } else if (is(TYPE, key, keyEnd) && !typed) {
                typed = takes('"') && isDelta();
                if (!typed) {
                    return null;
                }
            } else if (is(AT, key, keyEnd) && offset < 0) {
                offset = count();
                if (offset < 0) {
                    return null;
                }
            } else {
                return null;
            }
        } while (takes(','));
        if (!takes('}') || !isOver() || !typed || stream == null || text == null) {
            return null;
        }
        return new ClientMessage.Delta(stream, text, offset < 0 ? null : offset);
    }

    private @Nullable String name() {
        int from = at;
        int to = plainEnd();
        return to < 0 ? null : names.name(bytes, from, to);
    }

    private boolean isDelta() {
        int from = at;
        int to = plainEnd();
        return to >= 0 && is(DELTA, from, to);
    }

    /** The rest of a string, behind its quote; null when it is not valid, or not usual. */
    private @Nullable String text() {
        int from = at;
        int to = plainEnd();
        if (to >= 0) {
            return decoded(from, to);
        }
        unescaped.setLength(0);
        at = from;
        while (at < end) {
            byte c = bytes[at];
            if (c == '"') {
                boolean valid = appendDecoded(from, at++);
                return valid ? unescaped.toString() : null;
            }
            if (c == '\\') {
                if (!appendDecoded(from, at++) || !appendEscaped()) {
                    return null;
                }
                from = at;
            } else if (c >= 0 && c < ' ') {
                return null;
            } else {
                at++;
            }
        }
        return null;
    }

    /** Behind a backslash. */
    private boolean appendEscaped() {
        if (at == end) {
            return false;
        }
        byte letter = bytes[at++];
        switch (letter) {
            case '"', '\\', '/' -> unescaped.append((char) letter);
            case 'b' -> unescaped.append('\b');
            case 'f' -> unescaped.append('\f');
            case 'n' -> unescaped.append('\n');
            case 'r' -> unescaped.append('\r');
            case 't' -> unescaped.append('\t');
            case 'u' -> {
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = at < end ? Character.digit(bytes[at++], 16) : -1;
                    if (digit < 0) {
                        return false;
                    }
                    unit = unit << 4 | digit;
                }
                unescaped.append((char) unit);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean appendDecoded(int from, int to) {
        String part = decoded(from, to);
        if (part == null) {
            return false;
        }
        unescaped.append(part);
        return true;
    }

    /** Null when the bytes hold U+FFFD or are not UTF-8, which decode to it: the general way tells which. */
    private @Nullable String decoded(int from, int to) {
        String part = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return part.indexOf(REPLACEMENT) < 0 ? part : null;
    }

    /** Goes behind the closing quote of a string without escapes and returns where it stands; -1 for another one. */
    private int plainEnd() {
        for (int i = at; i < end; i++) {
            byte c = bytes[i];
            if (c == '"') {
                at = i + 1;
                return i;
            }
            if (c == '\\' || (c >= 0 && c < ' ')) {
                return -1;
            }
        }
        return -1;
    }

    /** An integer without sign, fraction or leading zero; -1 for any other value. */
    private int count() {
        skipSpace();
        int from = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - from < 10) {
            value = 10 * value + bytes[at++] - '0';
        }
        int digits = at - from;
        boolean usual = digits > 0 && (digits == 1 || bytes[from] != '0') && value <= Integer.MAX_VALUE;
        return usual ? (int) value : -1; // what stands behind the digits must be a comma or the end
    }

    private boolean is(byte[] wanted, int from, int to) {
        if (to - from != wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean takes(char wanted) {
        skipSpace();
        if (at < end && bytes[at] == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean isOver() {
        skipSpace();
        return at == end;
    }

    private void skipSpace() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }
}
