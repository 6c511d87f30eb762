package dev.weir.engine.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are only ever added to. Numbers take seven bits a byte, the lowest first. */
final class ByteLog {

    private byte[] bytes = new byte[64];
    private int size;

    void put(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
    }

    void putNumber(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** A number that may be below 0: small ones of either sign are short. */
    void putSigned(long value) {
        putNumber((value << 1) ^ (value >> 63));
    }

    void putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putNumber(encoded.length);
        put(encoded, encoded.length);
    }

    /** The other's length and bytes. */
    void putLog(ByteLog other) {
        putNumber(other.size);
        put(other.bytes, other.size);
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** The first {@code count} bytes. */
    void put(byte[] source, int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length * 2));
        }
        System.arraycopy(source, 0, bytes, size, count);
        size += count;
    }
}
