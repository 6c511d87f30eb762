package dev.weir.engine.gateway;

import io.netty.channel.Channel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading a connection while it cannot be served: its unsent answers pile up, or too much waits for streams that
 * have not started. TCP then makes the client wait. A client that reads nothing for long is given up, because its
 * verdicts would come too late to be of use and until then they cost memory. Used on the connection's event loop.
 */
final class Backpressure {

    private final Channel channel;
    private final GatewaySettings settings;
    private final Runnable onSlowReader;
    private boolean tooMuchWaits;
    private @Nullable Future<?> slowReaderTimer;

    Backpressure(Channel channel, GatewaySettings settings, Runnable onSlowReader) {
        this.channel = channel;
        this.settings = settings;
        this.onSlowReader = onSlowReader;
    }

    /** @param bytes now held for streams that have not started */
    void waiting(long bytes) {
        boolean now = bytes > (tooMuchWaits ? settings.maxPendingBytes() / 2 : settings.maxPendingBytes());
        if (now != tooMuchWaits) {
            tooMuchWaits = now;
            update();
        }
    }

    void writabilityChanged() {
        stop();
        if (!channel.isWritable()) {
            slowReaderTimer = channel.eventLoop()
                    .schedule(onSlowReader, settings.slowReaderTimeout().toNanos(), TimeUnit.NANOSECONDS);
        }
        update();
    }

    void stop() {
        if (slowReaderTimer != null) {
            slowReaderTimer.cancel(false);
            slowReaderTimer = null;
        }
    }

    private void update() {
        channel.config().setAutoRead(channel.isWritable() && !tooMuchWaits);
    }
}
