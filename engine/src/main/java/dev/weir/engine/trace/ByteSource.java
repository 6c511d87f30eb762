package dev.weir.engine.trace;

import java.nio.charset.StandardCharsets;

/** Reads what a {@link ByteLog} holds. */
final class ByteSource {

    private final byte[] bytes;
    private final int end;
    private int next;

    /** From {@code start} to {@code end}, not included. */
    ByteSource(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.next = start;
        this.end = end;
    }

    boolean hasMore() {
        return next < end;
    }

    /** 0 to 255. */
    int take() throws MalformedTraceException {
        if (next >= end) {
            throw new MalformedTraceException("trace: ends after " + end + " bytes (expected: more)");
        }
        return bytes[next++] & 0xFF;
    }

    long takeNumber() throws MalformedTraceException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int piece = take();
            value |= (long) (piece & 0x7F) << shift;
            if (piece < 0x80) {
                return value;
            }
        }
        throw new MalformedTraceException("trace: number at byte " + next + " (expected: at most 10 bytes long)");
    }

    long takeSigned() throws MalformedTraceException {
        long value = takeNumber();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A number from 0 to {@code most}. */
    int takeUpTo(int most, String what) throws MalformedTraceException {
        long value = takeNumber();
        if (value < 0 || value > most) {
            throw new MalformedTraceException("trace: " + what + " " + value + " (expected: 0 to " + most + ")");
        }
        return (int) value;
    }

    String takeText() throws MalformedTraceException {
        ByteSource text = takeLog();
        return new String(bytes, text.next, text.end - text.next, StandardCharsets.UTF_8);
    }

    /** What {@link ByteLog#putLog} put; the bytes are shared. */
    ByteSource takeLog() throws MalformedTraceException {
        long length = takeNumber();
        if (length < 0 || length > end - next) {
            throw new MalformedTraceException(
                    "trace: length " + length + " (expected: at most the " + (end - next) + " bytes left)");
        }
        next += (int) length;
        return new ByteSource(bytes, next - (int) length, next);
    }

    /** Bytes from the start to the next one. */
    int position() {
        return next;
    }

    /** Another reader of what this one has not read yet. */
    ByteSource again() {
        return new ByteSource(bytes, next, end);
    }
}
