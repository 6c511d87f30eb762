package dev.weir.engine.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection that shakes hands only to be told why it is closed: browsers show their pages nothing of a handshake that
 * is refused. Nothing it sends is read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel
final class ShownOut extends ChannelInboundHandlerAdapter {

    private final Duration closeTimeout;

    ShownOut(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.executor().schedule(() -> context.close(), closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
        if (frame instanceof CloseWebSocketFrame) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
