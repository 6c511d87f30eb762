package dev.weir.engine.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time that a peer is given to do something. On the event loop of its connection. */
final class Allowance {

    private final Channel channel;
    private final Runnable onOver;
    private @Nullable Future<?> timer;

    /** @param onOver run when the time is over */
    Allowance(Channel channel, Runnable onOver) {
        this.channel = channel;
        this.onOver = onOver;
    }

    /** Counts from now, whatever was given before. */
    void give(Duration most) {
        stop();
        timer = channel.eventLoop().schedule(onOver, most.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
