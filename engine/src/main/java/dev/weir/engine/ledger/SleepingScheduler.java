package dev.weir.engine.ledger;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Sleeps until something is due. Akka's own scheduler wakes at every tick, which is right for the thousands of timers of
 * streams; the ledger has two, and a tick as short as its group delay took a quarter of a percent of a core of an idle
 * server.
 */
public final class SleepingScheduler extends AbstractScheduler implements Closeable {

    private record Scheduled(Future<?> task) implements Cancellable {

        @Override
        public boolean cancel() {
            return task.cancel(false);
        }

        @Override
        public boolean isCancelled() {
            return task.isCancelled();
        }
    }

    private final ScheduledThreadPoolExecutor timer;

    /** As Akka calls it, by the name in its configuration. */
    public SleepingScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
        timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    @SuppressWarnings("deprecation") // not to be called any more, but what takes its place is built on it
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        return scheduled(() -> timer.scheduleAtFixedRate(
                () -> executor.execute(task), initialDelay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return scheduled(() -> timer.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** @throws IllegalStateException when this is closed: by that a dispatcher knows that it has to end at once */
    private static Cancellable scheduled(Supplier<Future<?>> start) {
        try {
            return new Scheduled(start.get());
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the scheduler is closed", e);
        }
    }

    @Override
    public double maxFrequency() {
        return 1e9; // a nanosecond is what it counts in
    }

    /** What is to run once still does when it is due: with it dispatchers end their threads. */
    @Override
    public void close() {
        timer.shutdown();
    }
}
