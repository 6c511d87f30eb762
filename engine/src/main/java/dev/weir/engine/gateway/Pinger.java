package dev.weir.engine.gateway;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a peer is gone although its connection stands. While the server itself does not read, pongs cannot be
 * seen and silence proves nothing, so nothing is counted then. Used on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class Pinger {

    private static final int MAX_UNANSWERED = 2;

    private final Channel channel;
    private final Duration interval;
    private final Runnable onSilence;
    private @Nullable Future<?> timer;
    private int unanswered;

    /** @param onSilence run when an interval has passed after the second unanswered ping */
    Pinger(Channel channel, Duration interval, Runnable onSilence) {
        this.channel = channel;
        this.interval = interval;
        this.onSilence = onSilence;
    }

    void start() {
        long nanos = interval.toNanos();
        timer = channel.eventLoop().scheduleAtFixedRate(this::onInterval, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    void answered() {
        unanswered = 0;
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void onInterval() {
        if (!channel.config().isAutoRead()) {
            unanswered = 0;
        } else if (unanswered == MAX_UNANSWERED) {
            onSilence.run();
        } else {
            unanswered++;
            channel.writeAndFlush(new PingWebSocketFrame());
        }
    }
}
