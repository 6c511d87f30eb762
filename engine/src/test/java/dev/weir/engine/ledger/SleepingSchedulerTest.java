package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import akka.actor.Cancellable;
import akka.event.NoLogging;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.concurrent.ExecutionContext;

class SleepingSchedulerTest {

    private final SleepingScheduler scheduler =
            new SleepingScheduler(ConfigFactory.empty(), NoLogging.getInstance(), Thread::new);
    private final ExecutionContext here = ExecutionContext.fromExecutor(Runnable::run);

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void runsWhatIsDueOnceAndWhatRecursAgain() throws Exception {
        CountDownLatch once = new CountDownLatch(1);
        CountDownLatch thrice = new CountDownLatch(3);
        scheduler.scheduleOnce(Duration.ofMillis(1), once::countDown, here);
        scheduler.scheduleAtFixedRate(Duration.ofMillis(1), Duration.ofMillis(1), thrice::countDown, here);
        assertThat(once.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(thrice.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runsNothingThatWasCancelled() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch later = new CountDownLatch(1);
        Duration delay = Duration.ofMillis(20);
        Cancellable task = scheduler.scheduleOnce(delay, runs::incrementAndGet, here);
        int late = 0;
        while (!task.cancel()) { // a starved machine may have run it by now
            late++;
            delay = delay.multipliedBy(2);
            task = scheduler.scheduleOnce(delay, runs::incrementAndGet, here);
        }
        assertThat(task.isCancelled()).isTrue();
        scheduler.scheduleOnce(delay, later::countDown, here);
        assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(late);
    }

    /** Akka's dispatchers end their threads by such a task, or by themselves when they are told that there is no timer. */
    @Test
    void onceClosedItRunsWhatWaitsAndTakesNothingNew() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        scheduler.scheduleOnce(Duration.ofMillis(20), waiting::countDown, here);
        scheduler.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> scheduler.scheduleOnce(Duration.ZERO, waiting::countDown, here));
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
