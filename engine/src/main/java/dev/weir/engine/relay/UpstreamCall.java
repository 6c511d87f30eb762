package dev.weir.engine.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to the upstream and its answer. A kept connection that the upstream closed before it answered anything is
 * not its fault, and the request goes out once more. On one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close, or for a connection to be given back
final class UpstreamCall {

    private static final Logger log = LoggerFactory.getLogger(UpstreamCall.class);

    private final RelaySettings settings;
    private final ChannelPool pool;
    private final EventLoop eventLoop;
    private final FullHttpRequest request;
    private final UpstreamListener listener;
    private @Nullable Channel channel;
    private java.util.concurrent.@Nullable Future<?> timer;
    private boolean answered;
    private boolean keepAlive;
    private boolean reading = true;
    private boolean over;
    private long lastNanos;

    UpstreamCall(
            RelaySettings settings,
            ChannelPool pool,
            EventLoop eventLoop,
            FullHttpRequest request,
            UpstreamListener listener) {
        this.settings = settings;
        this.pool = pool;
        this.eventLoop = eventLoop;
        this.request = request;
        this.listener = listener;
    }

    void connect() {
        pool.acquire().addListener((Future<Channel> acquired) -> {
            if (acquired.isSuccess()) {
                connected(acquired.getNow());
            } else {
                fail(whyNot(acquired.cause()));
            }
        });
    }

    private static UpstreamFailure whyNot(Throwable cause) {
        log.warn("no connection to the upstream: {}", String.valueOf(cause));
        // Of the pool's own making: too many wait, or for too long.
        boolean full = cause instanceof IllegalStateException || cause instanceof java.util.concurrent.TimeoutException;
        return full ? UpstreamFailure.FULL : UpstreamFailure.UNREACHABLE;
    }

    private void connected(Channel connection) {
        if (over) {
            connection.pipeline().get(UpstreamConnection.class).rest();
            pool.release(connection);
            return;
        }
        channel = connection;
        connection.config().setAutoRead(reading);
        connection.pipeline().get(UpstreamConnection.class).serve(this);
        lastNanos = System.nanoTime();
        watch(settings.firstByteTimeout());
        connection.writeAndFlush(request.retainedDuplicate());
    }

    /** Whether more of the answer is wanted for now. */
    void setReading(boolean wanted) {
        if (reading != wanted) {
            reading = wanted;
            lastNanos = System.nanoTime();
            if (channel != null && !over) {
                channel.config().setAutoRead(wanted);
            }
        }
    }

    /**
     * Ends it, wherever it is: the upstream sees its connection closed, and stops generating.
     *
     * @param closed told when that is done
     */
    void cancel(Runnable closed) {
        if (over) {
            return;
        }
        Channel connection = channel;
        finish();
        if (connection == null) {
            closed.run();
        } else {
            connection.close().addListener(done -> closed.run());
            pool.release(connection);
        }
    }

    void read(Object part) {
        if (over) {
            return;
        }
        lastNanos = System.nanoTime();
        if (part instanceof HttpObject object && object.decoderResult().isFailure()) {
            lost();
            return;
        }
        if (part instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                return;
            }
            answered = true;
            keepAlive = HttpUtil.isKeepAlive(head);
            watch(settings.idleTimeout());
            listener.head(head);
        }
        if (part instanceof HttpContent content && answered && !over) {
            if (content.content().isReadable()) {
                listener.body(content.content());
            }
            if (content instanceof LastHttpContent && !over) {
                end();
            }
        }
    }

    private void end() {
        Channel connection = channel;
        finish();
        if (connection != null) {
            if (keepAlive) {
                connection.config().setAutoRead(true);
                connection.pipeline().get(UpstreamConnection.class).rest();
            } else {
                connection.close();
            }
            pool.release(connection);
        }
        listener.end();
    }

    void paused() {
        if (answered && !over) {
            listener.pause();
        }
    }

    /** From the connection: it is gone. */
    void lost() {
        Channel connection = channel;
        if (over || connection == null) {
            return;
        }
        if (!answered && connection.pipeline().get(UpstreamConnection.class).isUsed()) {
            channel = null;
            connection.close();
            pool.release(connection);
            connect();
        } else {
            fail(answered ? UpstreamFailure.BROKEN : UpstreamFailure.UNREACHABLE);
        }
    }

    private void fail(UpstreamFailure why) {
        if (!over) {
            cancel(() -> {});
            listener.failed(why);
        }
    }

    private void finish() {
        over = true;
        channel = null;
        request.release();
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void watch(Duration most) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = eventLoop.schedule(this::look, most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A time-out counts from what came last, and not while nothing is wanted. */
    private void look() {
        Duration most = answered ? settings.idleTimeout() : settings.firstByteTimeout();
        Duration left = reading ? most.minusNanos(System.nanoTime() - lastNanos) : most;
        if (left.isPositive()) {
            watch(left);
        } else {
            fail(answered ? UpstreamFailure.STALLED : UpstreamFailure.LATE);
        }
    }
}
