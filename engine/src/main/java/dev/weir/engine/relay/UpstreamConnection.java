package dev.weir.engine.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the upstream: it serves one call at a time, and is closed when it has none for long. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(UpstreamConnection.class);

    private final Channel channel;
    private final Duration pooledTimeout;
    private @Nullable UpstreamCall call;
    private @Nullable Future<?> timer;
    private int served;

    UpstreamConnection(Channel channel, Duration pooledTimeout) {
        this.channel = channel;
        this.pooledTimeout = pooledTimeout;
    }

    /** Serves this call from now on. */
    void serve(UpstreamCall next) {
        if (timer != null) {
            timer.cancel(false);
        }
        call = next;
        served++;
    }

    /** Whether it has served before the call that it serves: then the upstream may be about to close it. */
    boolean isUsed() {
        return served > 1;
    }

    /** The call is over, and the connection may serve another. */
    void rest() {
        call = null;
        timer = channel.eventLoop().schedule(() -> channel.close(), pooledTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        try {
            if (call == null) {
                channel.close(); // an answer to nothing
            } else {
                call.read(part);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (call != null) {
            call.paused();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.warn("connection to the upstream lost: {}", String.valueOf(cause));
        lost();
        channel.close();
    }

    private void lost() {
        UpstreamCall losing = call;
        call = null;
        if (losing != null) {
            losing.lost();
        }
    }
}
