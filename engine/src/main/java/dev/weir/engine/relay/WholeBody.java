package dev.weir.engine.relay;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What comes of an answer that is read once it is all there. */
final class WholeBody {

    private final int mostBytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WholeBody(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** @return whether there was room for all of it; what there was none for is left out */
    boolean take(ByteBuf more) {
        byte[] taken = new byte[Math.min(more.readableBytes(), mostBytes - bytes.size())];
        more.readBytes(taken);
        bytes.writeBytes(taken);
        return !more.isReadable();
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
