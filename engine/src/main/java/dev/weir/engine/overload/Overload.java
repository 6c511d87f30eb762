package dev.weir.engine.overload;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Declares overload, and takes it back. A server that is too slow must do less, and do it knowingly: the level says what
 * may be left out, streams that something was left out of say so, and as long as it is {@link Level#NORMAL} nothing is.
 *
 * <p>The signal is a <em>standing</em> queue, after CoDel [1]: bursts make long queues that drain, so what counts is the
 * shortest wait in an interval. Where even the luckiest row waited longer than the target, the queue does not drain, and
 * the level goes up by one. Two kinds of queue are told apart. Windowed experts are asked about few positions and may be
 * asked about fewer, so theirs raise the level to {@link Level#ASLEEP} at most. Experts that cannot be left out, and the
 * threads that carry the text, are vital: the others get out of their way at once, and if some intervals
 * later that was not enough, new streams are refused.
 *
 * <p>The level goes down by one when every queue has stayed below half the target for the recovery time, and the
 * expert could also have done what was kept from it: otherwise the queue is short only because the level keeps it so, and
 * the level would go up again with the next interval, and with it the latency of everybody.
 *
 * <p>A stream that wants a position scored in declared overload is let in when the wait it would find, or that of the
 * vital queues, is short enough for its {@link Urgency}: so the queue stays short, and what there is time for goes to
 * those who need it most.
 *
 * <p>Safe from any thread; {@link #look} belongs to one, and {@link #forget} comes before it.
 *
 * <p>[1] K. Nichols, V. Jacobson, "Controlling Queue Delay", ACM Queue 10 (2012), no. 5.
 */
public final class Overload {

    /** The share of its time that an expert can be busy without a queue that stands. */
    private static final double SUSTAINABLE = 0.8;

    /** How long what was let in earlier may take to leave the queues before new streams are refused. */
    private static final int INTERVALS_TO_REFUSE = 5;

    private static final long MAX_RETRY_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final OverloadSettings settings;
    private final LongSupplier nanoTime;
    private final long targetNanos;
    private final Map<String, QueueLoad> queues = new ConcurrentHashMap<>();
    private volatile Level level = Level.NORMAL;
    private volatile long vitalDelayNanos;
    private volatile long refusingSinceNanos;
    /** Intervals in a row for which a vital queue has stood. */
    private int standing;

    private long calmSinceNanos;

    /** @param nanoTime that rows carry when they were sent */
    public Overload(OverloadSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.targetNanos = settings.targetDelay().toNanos();
        this.calmSinceNanos = nanoTime.getAsLong();
    }

    /**
     * A new queue, in place of the one that the expert had before.
     *
     * @param vital see {@link QueueLoad}
     */
    public QueueLoad newQueue(String expert, boolean vital) {
        return Objects.requireNonNull(queues.compute(expert, (name, before) -> new QueueLoad(this, vital, before)));
    }

    /** Between two looks; empty when nobody is to look. */
    public Optional<Duration> interval() {
        return settings.enabled() ? Optional.of(settings.interval()) : Optional.empty();
    }

    public Level level() {
        return level;
    }

    /** The longest shortest wait of a vital queue in the last interval, and of the threads that carry text. */
    public double vitalDelaySeconds() {
        return 1e-9 * vitalDelayNanos;
    }

    /**
     * Sets the level after what the queues did since the last look.
     *
     * @param carryingDelayNanos the shortest time that a task waited for the threads that carry text
     */
    public void look(long carryingDelayNanos) {
        long now = nanoTime.getAsLong();
        long vital = carryingDelayNanos;
        long optional = 0;
        for (QueueLoad queue : queues.values()) {
            if (queue.isVital()) {
                vital = Math.max(vital, queue.takeDelayNanos());
            } else {
                optional = Math.max(optional, queue.takeDelayNanos());
            }
        }
        vitalDelayNanos = vital;
        if (vital > targetNanos) {
            standing++;
            set(standing > INTERVALS_TO_REFUSE ? Level.REFUSING : max(level, Level.ASLEEP), now);
            return;
        }
        standing = 0;
        if (optional > targetNanos) {
            set(level == Level.NORMAL ? Level.COARSE : level == Level.COARSE ? Level.ASLEEP : level, now);
        } else if (Math.max(vital, optional) > targetNanos / 2) {
            restartCalm(now);
        } else if (now - calmSinceNanos >= settings.recovery().toNanos()) {
            boolean sustainable = queues.values().stream()
                    .allMatch(queue -> queue.demandNanos(level) <= SUSTAINABLE * (now - calmSinceNanos));
            set(level != Level.NORMAL && sustainable ? Level.values()[level.ordinal() - 1] : level, now);
        }
    }

    /** The one that the expert has now. */
    public QueueLoad queue(String expert) {
        return Objects.requireNonNull(queues.get(expert));
    }

    /** How long a refused stream should wait before it is tried again: the longer, the longer streams were refused. */
    public int retryAfterMillis(double draw) {
        long refusingNanos = level == Level.REFUSING ? nanoTime.getAsLong() - refusingSinceNanos : 0;
        long millis = settings.recovery().toMillis() + TimeUnit.NANOSECONDS.toMillis(refusingNanos);
        return (int)
                (Math.min(millis, MAX_RETRY_MILLIS) * (0.5 + draw)); // apart, so that they do not come back at once
    }

    /** Whether no row is on its way into a queue, in it, or in a run. */
    public boolean isIdle() {
        return queues.values().stream().allMatch(QueueLoad::isEmpty);
    }

    /** Begins anew, while it is idle: what was measured so far was no traffic. */
    public void forget() {
        queues.values().forEach(QueueLoad::forget);
        standing = 0;
        set(Level.NORMAL, nanoTime.getAsLong());
    }

    boolean admits(QueueLoad queue, Urgency urgency) {
        return level == Level.NORMAL || Math.max(queue.waitNanos(), vitalDelayNanos) <= urgency.share() * targetNanos;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    private static Level max(Level one, Level other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private void set(Level next, long now) {
        if (next == Level.REFUSING && level != Level.REFUSING) {
            refusingSinceNanos = now;
        }
        level = next;
        restartCalm(now);
    }

    private void restartCalm(long now) {
        calmSinceNanos = now;
        queues.values().forEach(QueueLoad::markDemand);
    }
}
