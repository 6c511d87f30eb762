package dev.weir.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one message while it is written. Grows as needed and is used again for the next; for one thread. */
public final class MessageBuffer {

    private static final int MAX_CHAR_BYTES = 3; // of one UTF-16 unit; a pair needs 4 for its two
    private static final int MAX_INT_DIGITS = 10;

    private byte[] bytes = new byte[256];
    private int length;

    /** Valid up to {@link #length()}, until the next write. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
    }

    void put(int single) {
        ensure(1);
        bytes[length++] = (byte) single;
    }

    void put(byte[] many, int from, int count) {
        ensure(count);
        System.arraycopy(many, from, bytes, length, count);
        length += count;
    }

    void put(byte[] all) {
        put(all, 0, all.length);
    }

    /** Makes room for {@code count} bytes at {@code at} by moving what stands behind it. */
    void insert(int at, int count) {
        ensure(count);
        System.arraycopy(bytes, at, bytes, at + count, length - at);
        length += count;
    }

    void set(int at, int single) {
        bytes[at] = (byte) single;
    }

    /** Decimal digits. */
    void putDigits(int value) {
        ensure(MAX_INT_DIGITS);
        int digits = 1;
        for (int rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** Characters known to be ASCII. */
    @SuppressWarnings("deprecation") // the one way to copy Latin-1 characters without an encoder between
    void putAscii(String ascii) {
        ensure(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
    }

    /** UTF-8; half a surrogate pair on its own, for which UTF-8 has no bytes, becomes U+FFFD. */
    void putUtf8(String text) {
        ensure(MAX_CHAR_BYTES * text.length());
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                bytes[length++] = (byte) unit;
            } else if (Surrogates.isPair(text, i)) {
                putCodePoint(text.codePointAt(i++));
            } else {
                putCodePoint(Character.isSurrogate(unit) ? 0xFFFD : unit);
            }
        }
    }

    /** UTF-8 of a code point that is no surrogate. */
    void putCodePoint(int codePoint) {
        ensure(MAX_CHAR_BYTES + 1);
        if (codePoint < 0x80) {
            bytes[length++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            bytes[length++] = (byte) (0xC0 | codePoint >> 6);
            putContinuation(codePoint);
        } else if (codePoint < 0x10000) {
            bytes[length++] = (byte) (0xE0 | codePoint >> 12);
            putContinuation(codePoint >> 6);
            putContinuation(codePoint);
        } else {
            bytes[length++] = (byte) (0xF0 | codePoint >> 18);
            putContinuation(codePoint >> 12);
            putContinuation(codePoint >> 6);
            putContinuation(codePoint);
        }
    }

    private void putContinuation(int bits) {
        bytes[length++] = (byte) (0x80 | (bits & 0x3F));
    }

    /** What was written, as text. */
    String decode() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
