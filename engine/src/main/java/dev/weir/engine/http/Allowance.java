package dev.weir.engine.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time that a peer is given to do something; its connection is closed when that is over. On the event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class Allowance {

    private final Channel channel;
    private @Nullable Future<?> timer;

    Allowance(Channel channel) {
        this.channel = channel;
    }

    /** Counts from now, whatever was given before. */
    void give(Duration most) {
        stop();
        timer = channel.eventLoop().schedule(() -> channel.close(), most.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
