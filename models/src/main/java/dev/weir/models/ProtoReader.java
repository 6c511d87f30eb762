package dev.weir.models;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Walks the fields of one protocol buffer message, in the order of its bytes; nothing is copied. */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int number;
    private int type;
    private long value;
    private int from;
    private int length;

    ProtoReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtoReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** Goes to the next field; false after the last. */
    boolean next() throws IOException {
        if (at == end) {
            return false;
        }
        long tag = readVarint();
        number = (int) (tag >>> 3);
        type = (int) tag & 7;
        switch (type) {
            case VARINT -> value = readVarint();
            case FIXED_64 -> take(Long.BYTES);
            case LENGTH_DELIMITED -> take(readVarint());
            case FIXED_32 -> take(Integer.BYTES);
            default -> throw broken();
        }
        return true;
    }

    /** Of the field, in its message. */
    int number() {
        return number;
    }

    /** What a field of that wire type holds; 0 where it is of another. */
    long varint() {
        return type == VARINT ? value : 0;
    }

    /** Appends a repeated whole number, packed or not. */
    void addNumbers(List<Long> numbers) throws IOException {
        if (type == VARINT) {
            numbers.add(value);
            return;
        }
        for (ProtoReader packed = message(); packed.at < packed.end; ) {
            numbers.add(packed.readVarint());
        }
    }

    String text() {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    /** The field as a message of its own. */
    ProtoReader message() {
        return new ProtoReader(bytes, from, from + length);
    }

    /** First byte of the field's content. */
    int from() {
        return from;
    }

    /** Bytes of the field's content. */
    int length() {
        return length;
    }

    private void take(long count) throws IOException {
        if (count < 0 || count > end - at) {
            throw broken();
        }
        from = at;
        length = (int) count;
        at += length;
    }

    private long readVarint() throws IOException {
        long read = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw broken();
            }
            byte next = bytes[at++];
            read |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return read;
            }
        }
        throw broken();
    }

    private static IOException broken() {
        return new IOException("no protocol buffer");
    }
}
