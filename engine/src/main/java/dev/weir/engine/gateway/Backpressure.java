package dev.weir.engine.gateway;

import io.netty.channel.Channel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading a connection while it cannot be served: its unsent answers pile up, too much waits for streams that have
 * not started, or too much of what its streams were given is not scored yet. TCP then makes the client wait. A client that reads nothing for long is given up, because its
 * verdicts would come too late to be of use and until then they cost memory. Used on the connection's event loop.
 */
final class Backpressure {

    private final Channel channel;
    private final GatewaySettings settings;
    private final Runnable onSlowReader;
    private boolean tooMuchWaits;
    private boolean tooMuchUnscored;
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

    /**
     * Takes note of how much all streams of the connection were given and have not scored.
     *
     * @return whether that is what stops the reading
     */
    boolean unscored(long chars) {
        boolean now = chars > (tooMuchUnscored ? settings.maxUnscored() / 2 : settings.maxUnscored());
        if (now != tooMuchUnscored) {
            tooMuchUnscored = now;
            update();
        }
        return now;
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
        channel.config().setAutoRead(channel.isWritable() && !tooMuchWaits && !tooMuchUnscored);
    }
}
