package dev.weir.protocol;

import java.util.Arrays;

/** Text as the bytes it came in: UTF-8, cut anywhere and perhaps malformed. Cannot be changed. */
public final class Utf8Text {

    static final Utf8Text EMPTY = new Utf8Text(new byte[0]);

    private final byte[] bytes;

    private Utf8Text(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies the bytes from {@code from} up to {@code to}. */
    public static Utf8Text of(byte[] bytes, int from, int to) {
        return from == to ? EMPTY : new Utf8Text(Arrays.copyOfRange(bytes, from, to));
    }

    /** All of a text; half a surrogate pair on its own is written as U+FFFD. */
    public static Utf8Text of(String text) {
        MessageBuffer utf8 = new MessageBuffer();
        utf8.putUtf8(text);
        return of(utf8.bytes(), 0, utf8.length());
    }

    /** In bytes. */
    public int length() {
        return bytes.length;
    }

    public byte byteAt(int index) {
        return bytes[index];
    }

    void writeTo(MessageBuffer out) {
        out.put(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Utf8Text text && Arrays.equals(bytes, text.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Its length only: text under moderation is in no log. */
    @Override
    public String toString() {
        return "Utf8Text[" + bytes.length + " bytes]";
    }
}
