package dev.weir.engine.relay;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Cuts bytes into server-sent events (WHATWG HTML, section 9.2), however the bytes are cut. Lines may end in LF, CR LF or
 * CR; the data of an event is that of its {@code data} fields, one a line; other fields say nothing here. Bytes that are
 * not UTF-8 are read as U+FFFD, which is then also what is passed on.
 */
final class SseReader {

    /** Is told what was read. */
    interface Sink {

        void event(String data);

        /** A line that says only that the sender is alive. */
        void comment();
    }

    /** An event or a line is longer than is taken. */
    static final class TooLongException extends Exception {
        private static final long serialVersionUID = 1;

        TooLongException(int most) {
            super("an event of the upstream is longer than weir.relay.max-event-bytes, " + most);
        }
    }

    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private boolean hasData;
    private boolean afterReturn;
    private boolean begun;

    /** @param maxEventBytes of one event's data, and of one line */
    SseReader(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /** Reads all of {@code bytes}; told at once, in order. */
    void append(ByteBuf bytes, Sink sink) throws TooLongException {
        while (bytes.isReadable()) {
            byte b = bytes.readByte();
            if (b == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = b == '\r';
            if (b == '\n' || b == '\r') {
                endLine(sink);
            } else {
                line.write(b);
                if (line.size() + data.size() > maxEventBytes) {
                    throw new TooLongException(maxEventBytes);
                }
            }
        }
    }

    /** Nothing follows: what stands there without its empty line counts as an event too, so that nothing is passed by. */
    void end(Sink sink) throws TooLongException {
        if (line.size() > 0) {
            endLine(sink);
        }
        dispatch(sink);
    }

    private void endLine(Sink sink) throws TooLongException {
        byte[] bytes = line.toByteArray();
        line.reset();
        int from = begun || !startsWithMark(bytes) ? 0 : 3;
        begun = true;
        if (bytes.length == from) {
            dispatch(sink);
        } else if (bytes[from] == ':') {
            sink.comment();
        } else {
            field(bytes, from);
        }
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    private void field(byte[] bytes, int from) {
        int colon = from;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        if (!new String(bytes, from, colon - from, StandardCharsets.ISO_8859_1).equals("data")) {
            return;
        }
        int value = Math.min(bytes.length, colon + 1);
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        if (hasData) {
            data.write('\n');
        }
        hasData = true;
        data.write(bytes, value, bytes.length - value);
    }

    private void dispatch(Sink sink) {
        if (!hasData) {
            return;
        }
        String event = data.toString(StandardCharsets.UTF_8);
        data.reset();
        hasData = false;
        sink.event(event);
    }
}
