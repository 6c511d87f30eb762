package dev.weir.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts the text of one message together from its frames. UTF-8 is checked over the whole message, because a fragment
 * may end inside a character. The order of the frames was checked by the decoder before this.
 */
final class MessageAssembly {

    private final int maxBytes;
    private byte @Nullable [] collected;

    MessageAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reads the frame, which stays the caller's.
     *
     * @return the message, when this frame completes it
     * @throws CorruptedWebSocketFrameException with the status to close the connection with
     */
    @Nullable
    String add(WebSocketFrame frame) {
        ByteBuf content = frame.content();
        int before = collected == null ? 0 : collected.length;
        if (content.readableBytes() > maxBytes - before) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG, "a message of more than " + maxBytes + " bytes");
        }
        byte[] bytes = new byte[before + content.readableBytes()];
        if (collected != null) {
            System.arraycopy(collected, 0, bytes, 0, before);
        }
        content.getBytes(content.readerIndex(), bytes, before, content.readableBytes());
        if (frame.isFinalFragment()) {
            collected = null;
            return text(bytes);
        }
        collected = bytes;
        return null;
    }

    /**
     * Malformed input always decodes to U+FFFD, so a text without one was well formed: one fast pass for nearly all
     * messages, and a second, exact one for those that hold the character.
     */
    private static String text(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            } catch (CharacterCodingException e) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "a text frame that is not UTF-8", e);
            }
        }
        return text;
    }
}
