package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FalseStopAlarmTest {

    private static final double ALPHA = 0.01;
    private static final double ALARM_AT = 100;

    @Test
    void soundsAtMostOnceInSoManyStreamsWhileTheBudgetIsKept() {
        assertThat(meanStreams(ALPHA)).isGreaterThan(ALARM_AT);
    }

    @Test
    void soundsSoonWhenTheRateIsFiveTimesTheBudget() {
        assertThat(meanStreams(5 * ALPHA)).isLessThan(200);
    }

    @Test
    void countsAStopThatWasOneOfTwoToBeReviewedTwice() {
        FalseStopAlarm all = new FalseStopAlarm(ALPHA, ALARM_AT);
        FalseStopAlarm half = new FalseStopAlarm(ALPHA, ALARM_AT);
        all.stoppedWrongly(1);
        half.stoppedWrongly(0.5);
        assertThat(half.evidence()).isGreaterThan(1.8 * all.evidence());
    }

    @Test
    void forgetsItsEvidenceWhenItBeginsAgain() {
        FalseStopAlarm alarm = new FalseStopAlarm(ALPHA, ALARM_AT);
        for (int stop = 0; stop < 3; stop++) {
            alarm.stoppedWrongly(1);
        }
        assertThat(alarm.sounds()).isTrue();
        alarm.reset();
        assertThat(alarm.sounds()).isFalse();
    }

    private static double meanStreams(double rate) {
        Random random = new Random(1);
        long streams = 0;
        for (int run = 0; run < 200; run++) {
            FalseStopAlarm alarm = new FalseStopAlarm(ALPHA, ALARM_AT);
            while (!alarm.sounds()) {
                streams++;
                if (random.nextDouble() < rate) {
                    alarm.stoppedWrongly(1);
                } else {
                    alarm.passed();
                }
            }
        }
        return streams / 200.0;
    }
}
