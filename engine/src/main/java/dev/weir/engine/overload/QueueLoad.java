package dev.weir.engine.overload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one expert, as those who add to its queue and those who empty it see it. Rows count from the moment
 * they are sent, wherever they are on their way, so that streams that ask at the same time see each other.
 *
 * <p>Safe from any thread; {@link #begins}, {@link #ended} and {@link #dropped} belong to the one that empties the queue.
 */
public final class QueueLoad {

    private static final long NONE = Long.MAX_VALUE;
    /** Of the last run in the running mean of what a row takes. */
    private static final double LAST_RUN = 0.2;

    private final Overload overload;
    private final boolean vital;
    private final AtomicInteger rows = new AtomicInteger();
    private final AtomicLong leastDelayNanos = new AtomicLong(NONE);
    private final LongAdder scored = new LongAdder();
    private final LongAdder coarse;
    private final LongAdder asleep;
    /** Rows in runs, and runs: one a session at most. */
    private final AtomicInteger running = new AtomicInteger();

    private final AtomicInteger runs = new AtomicInteger();
    /** Of the last run. */
    private volatile long beganNanos;

    private volatile long nanosPerRow;
    /** What the counters said when {@link #markDemand} was called; of the overload's own thread. */
    private long scoredBefore;

    private long coarseBefore;
    private long asleepBefore;

    /**
     * @param vital its expert cannot be left out, so that new streams are refused when it has no time
     * @param before the queue in whose place this one is, and whose counts it goes on with
     */
    QueueLoad(Overload overload, boolean vital, @Nullable QueueLoad before) {
        this.overload = overload;
        this.vital = vital;
        this.coarse = before == null ? new LongAdder() : before.coarse;
        this.asleep = before == null ? new LongAdder() : before.asleep;
        markDemand();
    }

    /** A row is on its way into the queue. */
    public void sent() {
        rows.incrementAndGet();
    }

    /** These rows left the queue without a run. */
    public void dropped(int count) {
        rows.addAndGet(-count);
    }

    /**
     * A run begins.
     *
     * @param oldestNanos when the row was sent that has waited longest, whether this run takes it or not
     * @return when it began
     */
    public long begins(int count, long oldestNanos) {
        long now = overload.nanoTime();
        running.addAndGet(count);
        runs.incrementAndGet();
        beganNanos = now;
        leastDelayNanos.accumulateAndGet(Math.max(0, now - oldestNanos), Math::min);
        return now;
    }

    /** A run of so many rows is over; runs beside it share the time it took. */
    public void ended(int count, long startedNanos) {
        long each = (overload.nanoTime() - startedNanos) / count / runs.getAndDecrement();
        running.addAndGet(-count);
        rows.addAndGet(-count);
        scored.add(count);
        nanosPerRow = nanosPerRow == 0 ? each : (long) (nanosPerRow + LAST_RUN * (each - nanosPerRow));
    }

    /** Whether a stream may add a row now. Always, but in declared overload. */
    public boolean admits(Urgency urgency) {
        return overload.admits(this, urgency);
    }

    /** Whether a span of text may be left unread now. */
    public boolean maySleep() {
        return overload.level().compareTo(Level.ASLEEP) >= 0;
    }

    /** A position was left to a later window. */
    public void wentCoarse() {
        coarse.increment();
    }

    /** A position was left out. */
    public void wentUnread() {
        asleep.increment();
    }

    boolean isEmpty() {
        return rows.get() == 0;
    }

    void forget() {
        leastDelayNanos.set(NONE);
        nanosPerRow = 0;
        scored.reset();
        coarse.reset();
        asleep.reset();
    }

    /** How long a row sent now would wait for its run. */
    public long waitNanos() {
        return rows.get() * nanosPerRow;
    }

    boolean isVital() {
        return vital;
    }

    /** The shortest time that anything waited since the last call. */
    long takeDelayNanos() {
        long least = leastDelayNanos.getAndSet(NONE);
        if (least != NONE) {
            return least;
        }
        int inRun = running.get();
        return inRun > 0 && rows.get() > inRun ? overload.nanoTime() - beganNanos : 0;
    }

    /** Positions that were left to a later window since the server started. */
    public long coarse() {
        return coarse.sum();
    }

    /** Positions that were left out since the server started. */
    public long asleep() {
        return asleep.sum();
    }

    /** Begins to count what is asked of the expert. */
    void markDemand() {
        scoredBefore = scored.sum();
        coarseBefore = coarse.sum();
        asleepBefore = asleep.sum();
    }

    /** How long the expert would have run since {@link #markDemand}, had one level less been declared. */
    long demandNanos(Level level) {
        long turnedAway = switch (level) {
            case NORMAL, REFUSING -> 0;
            case COARSE -> coarse.sum() - coarseBefore;
            case ASLEEP -> asleep.sum() - asleepBefore;
        };
        return (scored.sum() - scoredBefore + turnedAway) * nanosPerRow;
    }
}
