package dev.weir.engine.overload;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.typed.DispatcherSelector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OverloadWatchTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ActorTestKit actors = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(actors.system());
    private final AtomicLong nanos = new AtomicLong();
    private final Overload overload =
            new Overload(new OverloadSettings(true, Duration.ofMillis(50), INTERVAL, INTERVAL), nanos::get);

    @AfterEach
    void stop() {
        actors.shutdownTestKit();
    }

    @Test
    void looksAtEveryIntervalAndSaysWhenTheLevelChanges() {
        QueueLoad encoder = overload.newQueue("encoder", false);
        actors.spawn(OverloadWatch.create(overload, INTERVAL, List.of(DispatcherSelector.defaultDispatcher())));
        encoder.sent();
        nanos.addAndGet(60_000_000);
        encoder.begins(1, 0);
        LoggingTestKit.warn("overload: COARSE (was NORMAL)").expect(actors.system(), this::passInterval);
        assertThat(overload.level()).isEqualTo(Level.COARSE);
        encoder.ended();
        LoggingTestKit.warn("overload: NORMAL (was COARSE)").expect(actors.system(), () -> {
            passInterval();
            passInterval();
            return null;
        });
    }

    private @org.jspecify.annotations.Nullable Void passInterval() {
        for (int probe = 0; probe < 2; probe++) {
            nanos.addAndGet(INTERVAL.toNanos() / 2);
            time.timePasses(INTERVAL.dividedBy(2));
        }
        return null;
    }
}
