package dev.weir.engine.gateway;

import dev.weir.engine.telemetry.GatewayMeters;
import dev.weir.protocol.MessageBuffer;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to one connection, each as one unmasked frame (RFC 6455, section 5.2), side by side in one
 * buffer, so that a burst of verdicts is one write. Used on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is seen
final class OutgoingFrames {

    private static final int FIRST_BYTES = 512;
    /** What waits for a flush is handed to the channel beyond this, where it counts as unsent. */
    private static final int MOST_WAITING_BYTES = 16_384;

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;

    private final Channel channel;
    private final Subprotocol subprotocol;
    private final GatewayMeters meters;
    private final int firstByte;
    private MessageBuffer message = new MessageBuffer();
    private @Nullable ByteBuf waiting;

    OutgoingFrames(Channel channel, Subprotocol subprotocol, GatewayMeters meters) {
        this.channel = channel;
        this.subprotocol = subprotocol;
        this.meters = meters;
        this.firstByte = switch (subprotocol) {
            case JSON -> FINAL_TEXT;
            case PROTO -> FINAL_BINARY;
        };
    }

    void add(ServerMessage said) {
        subprotocol.encode(said, message);
        ByteBuf frames = waiting;
        if (frames == null) {
            frames = channel.alloc().ioBuffer(FIRST_BYTES);
            waiting = frames;
        }
        writeHead(frames, message.length());
        frames.writeBytes(message.bytes(), 0, message.length());
        if (message.length() > MOST_WAITING_BYTES) {
            message = new MessageBuffer(); // one large message keeps no memory
        }
        if (frames.readableBytes() > MOST_WAITING_BYTES) {
            write();
        }
    }

    private void writeHead(ByteBuf frames, int length) {
        frames.writeByte(firstByte);
        if (length < 126) {
            frames.writeByte(length);
        } else if (length < 65_536) {
            frames.writeByte(126).writeShort(length);
        } else {
            frames.writeByte(127).writeLong(length);
        }
    }

    /** Hands what waits to the channel; nothing is flushed. */
    void write() {
        ByteBuf frames = waiting;
        if (frames != null) {
            waiting = null;
            meters.sent(frames.readableBytes());
            channel.write(frames, channel.voidPromise());
        }
    }
}
