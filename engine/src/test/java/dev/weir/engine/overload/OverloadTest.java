package dev.weir.engine.overload;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Target 50, interval 100, recovery 300, in milliseconds that the test counts. */
class OverloadTest {

    private long millis;
    private final Overload overload = new Overload(
            new OverloadSettings(true, Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(300)),
            () -> millis * 1_000_000);
    private final QueueLoad encoder = overload.newQueue("encoder", false);
    private final QueueLoad causal = overload.newQueue("causal", true);

    @Test
    void theDefaultsAreOnAndValid() {
        List<String> problems = new ArrayList<>();
        OverloadSettings settings =
                OverloadSettings.from(ConfigFactory.defaultReference().getConfig("weir.overload"), problems);
        assertThat(problems).isEmpty();
        assertThat(settings)
                .isEqualTo(new OverloadSettings(
                        true, Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(1)));
    }

    @Test
    void namesEveryWrongSetting() {
        List<String> problems = new ArrayList<>();
        OverloadSettings.from(
                ConfigFactory.parseString("enabled = true, target-delay = 0, interval = 2 s, recovery = 1 s"),
                problems);
        assertThat(problems)
                .containsExactly(
                        "weir.overload.target-delay: 0 ms (expected: above 0)",
                        "weir.overload.recovery 1000 ms < interval 2000 ms (expected: at least one interval)");
    }

    @Test
    void aBurstThatDrainsIsNoOverload() {
        run(causal, 200, 1);
        run(causal, 10, 1);
        look();
        assertThat(overload.level()).isEqualTo(Level.NORMAL);
    }

    @Test
    void aStandingQueueOfAnExpertThatCanBeAskedLessGoesUpToAsleepAndNoFurther() {
        List<Level> levels = new ArrayList<>();
        for (int interval = 0; interval < 4; interval++) {
            run(encoder, 60, 1);
            look();
            levels.add(overload.level());
        }
        assertThat(levels).containsExactly(Level.COARSE, Level.ASLEEP, Level.ASLEEP, Level.ASLEEP);
    }

    @Test
    void aStandingQueueThatIsVitalPutsOthersToSleepAndThenRefuses() {
        for (int interval = 0; interval < 5; interval++) {
            run(causal, 60, 1);
            look();
            assertThat(overload.level()).isEqualTo(Level.ASLEEP);
        }
        run(causal, 60, 1);
        look();
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
    }

    @Test
    void refusesNobodyForAQueueThatDrainsNowAndThen() {
        for (int interval = 0; interval < 20; interval++) {
            run(causal, interval % 3 == 2 ? 40 : 60, 1);
            look();
        }
        assertThat(overload.level()).isEqualTo(Level.ASLEEP);
    }

    @Test
    void nothingIsLeftOfWhatItForgets() {
        run(encoder, 60, 1);
        encoder.wentCoarse();
        look();
        overload.forget();
        assertThat(overload.level()).isEqualTo(Level.NORMAL);
        assertThat(encoder.coarse()).isZero();
        encoder.sent();
        assertThat(overload.isIdle()).isFalse();
        assertThat(encoder.waitNanos())
                .as("what a row takes is not known any more")
                .isZero();
    }

    @Test
    void threadsThatDoNotGetToTheTextCountAsAVitalQueue() {
        for (int interval = 0; interval < 6; interval++) {
            overload.look(Duration.ofMillis(60).toNanos());
        }
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
    }

    /** A run that hangs takes nothing from the queue, so no row tells how long it waited. */
    @Test
    void rowsBehindARunThatDoesNotEndHaveWaitedAsLongAsItTakes() {
        causal.sent();
        causal.sent();
        causal.begins(1, nanos());
        look();
        look();
        assertThat(overload.level()).isEqualTo(Level.ASLEEP);
    }

    @Test
    void aLoneRunThatIsSlowKeepsNobodyWaiting() {
        causal.sent();
        causal.begins(1, nanos());
        look();
        look();
        look();
        assertThat(overload.level()).isEqualTo(Level.NORMAL);
    }

    @Test
    void goesDownLevelByLevelOnceTheQueuesAreShort() {
        refuse();
        List<Level> levels = new ArrayList<>();
        for (int interval = 0; interval < 9; interval++) {
            look();
            levels.add(overload.level());
        }
        assertThat(levels)
                .containsExactly(
                        Level.REFUSING,
                        Level.REFUSING,
                        Level.ASLEEP,
                        Level.ASLEEP,
                        Level.ASLEEP,
                        Level.COARSE,
                        Level.COARSE,
                        Level.COARSE,
                        Level.NORMAL);
    }

    @Test
    void staysWhereItIsWhileAQueueIsNeitherShortNorStanding() {
        refuse();
        for (int interval = 0; interval < 9; interval++) {
            run(causal, 30, 1);
            look();
        }
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
    }

    /** The queue is short only because nobody is let in: going down would only bring it back. */
    @Test
    void doesNotGoDownWhileWhatIsLeftOutWouldNotFitIn() {
        run(encoder, 60, 20);
        look();
        run(encoder, 60, 20);
        look();
        for (int interval = 0; interval < 9; interval++) {
            run(encoder, 0, 20);
            for (int position = 0; position < 4; position++) {
                encoder.wentUnread();
            }
            look();
        }
        assertThat(overload.level()).isEqualTo(Level.ASLEEP);
        for (int interval = 0; interval < 4; interval++) {
            run(encoder, 0, 20);
            look();
        }
        assertThat(overload.level()).isEqualTo(Level.COARSE);
    }

    @Test
    void letsEverybodyInUntilOverloadIsDeclared() {
        run(encoder, 0, 20);
        waitingRows(encoder, 100);
        assertThat(encoder.admits(Urgency.MONITORED)).isTrue();
    }

    @Test
    void inOverloadTheMoreUrgentMayWaitLonger() {
        run(encoder, 60, 20);
        look();
        assertThat(admitted()).containsExactly(Urgency.values());
        waitingRows(encoder, 1); // 20 ms
        assertThat(admitted()).containsExactly(Urgency.HELD, Urgency.NEAR_STOP);
        waitingRows(encoder, 1); // 40 ms
        assertThat(admitted()).containsExactly(Urgency.NEAR_STOP);
        waitingRows(encoder, 1); // 60 ms
        assertThat(admitted()).isEmpty();
    }

    @Test
    void inOverloadWhatNobodyAttendsToIsTheFirstToBeLeftOut() {
        run(encoder, 60, 10);
        look();
        waitingRows(encoder, 1); // 10 ms
        assertThat(admitted()).containsExactly(Urgency.MONITORED, Urgency.SHOWN, Urgency.HELD, Urgency.NEAR_STOP);
    }

    @Test
    void anExpertThatCanBeAskedLessGetsOutOfTheWayOfTheOthers() {
        run(causal, 60, 1);
        look();
        assertThat(admitted()).isEmpty();
    }

    @Test
    void asksToComeBackTheLaterTheLongerItRefuses() {
        refuse();
        assertThat(overload.retryAfterMillis(0)).isEqualTo(150);
        assertThat(overload.retryAfterMillis(0.999)).isBetween(440, 450);
        millis += 700;
        assertThat(overload.retryAfterMillis(0.5)).isEqualTo(1_000);
        millis += 1_000_000;
        assertThat(overload.retryAfterMillis(0.5)).isEqualTo(60_000);
    }

    @Test
    void aNewQueueOfTheSameExpertGoesOnCounting() {
        encoder.wentCoarse();
        overload.newQueue("encoder", false).wentCoarse();
        assertThat(overload.queue("encoder").coarse()).isEqualTo(2);
    }

    private List<Urgency> admitted() {
        List<Urgency> admitted = new ArrayList<>();
        for (Urgency urgency : Urgency.values()) {
            if (encoder.admits(urgency)) {
                admitted.add(urgency);
            }
        }
        return admitted;
    }

    private void refuse() {
        for (int interval = 0; interval < 6; interval++) {
            run(causal, 60, 1);
            look();
        }
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
    }

    private static void waitingRows(QueueLoad queue, int rows) {
        for (int row = 0; row < rows; row++) {
            queue.sent();
        }
    }

    /** One row that waited and was scored, in no time of the test's. */
    private void run(QueueLoad queue, long waitedMillis, long tookMillis) {
        queue.sent();
        long began = queue.begins(1, nanos() - waitedMillis * 1_000_000);
        millis += tookMillis;
        queue.ended(1, began);
        millis -= tookMillis;
    }

    private void look() {
        millis += 100;
        overload.look(0);
    }

    private long nanos() {
        return millis * 1_000_000;
    }
}
