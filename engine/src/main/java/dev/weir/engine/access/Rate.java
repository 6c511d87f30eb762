package dev.weir.engine.access;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much was spent of what comes in at a steady rate. What is spent is never refused here: it is owed, and whoever asks
 * is told for how long. A token bucket in one number, the time at which everything spent so far has come in, as the
 * generic cell rate algorithm keeps it (ITU-T I.371). Safe from any thread.
 */
final class Rate {

    private static final double NANOS = 1e9;

    private final long burstNanos;
    private final long mostNanos;
    private final AtomicLong paidAt;
    private volatile double nanosEach;

    /**
     * @param perSecond 0 for no limit
     * @param burst how long nothing may be spent and all of it at once after that
     * @param most that is ever owed: beyond it spending is forgotten, so that nobody is shut out for longer
     */
    Rate(double perSecond, Duration burst, Duration most, long nowNanos) {
        this.burstNanos = burst.toNanos();
        this.mostNanos = most.toNanos();
        this.paidAt = new AtomicLong(nowNanos);
        limit(perSecond);
    }

    void limit(double perSecond) {
        nanosEach = perSecond == 0 ? 0 : NANOS / perSecond;
    }

    void spend(int count, long nowNanos) {
        double each = nanosEach;
        if (each > 0) {
            long cost = (long) (count * each);
            long most = burstNanos + mostNanos;
            paidAt.updateAndGet(paid -> {
                long from = paid - nowNanos < 0 ? nowNanos : paid;
                return nowNanos + Math.min(from - nowNanos + cost, most);
            });
        }
    }

    /** How long until what was spent has come in, beyond the burst; 0 when it has. */
    long owedNanos(long nowNanos) {
        return nanosEach == 0 ? 0 : Math.max(0, paidAt.get() - nowNanos - burstNanos);
    }
}
