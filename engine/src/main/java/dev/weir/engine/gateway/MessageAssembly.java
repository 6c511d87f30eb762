package dev.weir.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Arrays;

/**
 * Puts the bytes of one message together from its frames, in an array that is used again for the next message. The order
 * of the frames was checked by the decoder before this.
 */
final class MessageAssembly {

    /** A larger array, made for one large message, is not kept. */
    private static final int MOST_KEPT_BYTES = 4_096;

    private final int maxBytes;
    private byte[] bytes = new byte[256];
    private int length;
    private boolean whole;

    MessageAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reads the frame, which stays the caller's.
     *
     * @return whether it completes the message, which then stands in {@link #bytes} until the next frame
     * @throws CorruptedWebSocketFrameException with the status to close the connection with
     */
    boolean add(WebSocketFrame frame) {
        if (whole) {
            begin();
        }
        ByteBuf content = frame.content();
        int more = content.readableBytes();
        if (more > maxBytes - length) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG, "a message of more than " + maxBytes + " bytes");
        }
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.min(2 * bytes.length, maxBytes)));
        }
        content.getBytes(content.readerIndex(), bytes, length, more);
        length += more;
        whole = frame.isFinalFragment();
        return whole;
    }

    /** The message stands in the first {@link #length} of them. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void begin() {
        length = 0;
        if (bytes.length > MOST_KEPT_BYTES) {
            bytes = new byte[MOST_KEPT_BYTES];
        }
    }
}
