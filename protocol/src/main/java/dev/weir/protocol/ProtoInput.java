package dev.weir.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the protobuf wire format from an array, front to back, up to a limit that an object inside may narrow. */
final class ProtoInput {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int BEGIN_GROUP = 3;
    static final int END_GROUP = 4;
    static final int FIXED32 = 5;

    private static final int MAX_DEPTH = 16;

    /** The bytes are not protobuf. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1;

        private MalformedException() {
            super("not protobuf", null, false, false);
        }
    }

    private final byte[] bytes;
    private int at;
    private int limit;

    ProtoInput(byte[] bytes, int length) {
        this.bytes = bytes;
        this.limit = length;
    }

    boolean hasMore() {
        return at < limit;
    }

    /** Number and wire type of the next field; see {@link #numberOf} and {@link #wireTypeOf}. */
    int tag() throws MalformedException {
        long tag = varint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw new MalformedException();
        }
        return (int) tag;
    }

    static int tagOf(int number, int wireType) {
        return number << 3 | wireType;
    }

    static int numberOf(int tag) {
        return tag >>> 3;
    }

    static int wireTypeOf(int tag) {
        return tag & 7;
    }

    long varint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = next();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException();
    }

    double fixed64() throws MalformedException {
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits |= (next() & 0xFFL) << (8 * i);
        }
        return Double.longBitsToDouble(bits);
    }

    String string() throws MalformedException, CharacterCodingException {
        int length = length();
        ByteBuffer utf8 = ByteBuffer.wrap(bytes, at, length);
        at += length;
        return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    }

    Utf8Text utf8() throws MalformedException {
        int length = length();
        at += length;
        return Utf8Text.of(bytes, at - length, at);
    }

    /** Begins an object: what is read until {@link #leave} is inside it. */
    int enter() throws MalformedException {
        int length = length();
        int outer = limit;
        limit = at + length;
        return outer;
    }

    /** @param outer what {@link #enter} returned */
    void leave(int outer) {
        at = limit;
        limit = outer;
    }

    void skip(int tag) throws MalformedException {
        skip(tag, 0);
    }

    private void skip(int tag, int depth) throws MalformedException {
        switch (wireTypeOf(tag)) {
            case VARINT -> varint();
            case FIXED64 -> skipBytes(Long.BYTES);
            case BYTES -> skipBytes(length());
            case FIXED32 -> skipBytes(Integer.BYTES);
            case BEGIN_GROUP -> skipGroup(numberOf(tag), depth + 1);
            default -> throw new MalformedException();
        }
    }

    private void skipGroup(int number, int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw new MalformedException();
        }
        int tag = tag();
        for (; wireTypeOf(tag) != END_GROUP; tag = tag()) {
            skip(tag, depth);
        }
        if (numberOf(tag) != number) {
            throw new MalformedException();
        }
    }

    private void skipBytes(int count) throws MalformedException {
        if (count > limit - at) {
            throw new MalformedException();
        }
        at += count;
    }

    private int length() throws MalformedException {
        long length = varint();
        if (length < 0 || length > limit - at) {
            throw new MalformedException();
        }
        return (int) length;
    }

    private byte next() throws MalformedException {
        if (at == limit) {
            throw new MalformedException();
        }
        return bytes[at++];
    }
}
