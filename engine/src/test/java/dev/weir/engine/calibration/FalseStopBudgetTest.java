package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FalseStopBudgetTest {

    @Test
    void saysHowManyStreamsItNeeds() {
        assertThat(FalseStopBudget.of(0.05).neededStreams()).isEqualTo(59);
        assertThat(FalseStopBudget.of(0.01).neededStreams()).isEqualTo(299);
        assertThat(FalseStopBudget.of(0.005).neededStreams()).isEqualTo(598);
        assertThat(FalseStopBudget.of(0.001).neededStreams()).isEqualTo(2995);
    }

    @Test
    void hasNoOrderForOneStreamFewerThanThat() {
        assertThat(FalseStopBudget.of(0.01).order(298)).isEmpty();
        assertThat(FalseStopBudget.of(0.01).order(299)).hasValue(299);
        assertThat(FalseStopBudget.of(0.01).order(0)).isEmpty();
    }

    @Test
    void leavesFourOfAThousandStreamsAboveTheLevelForOnePercent() {
        assertThat(FalseStopBudget.of(0.01).order(1000)).hasValue(996);
    }

    @Property(tries = 200)
    void takesTheSmallestOrderThatKeepsTheConfidence(
            @ForAll @IntRange(min = 59, max = 4000) int streams,
            @ForAll @DoubleRange(min = 0.05, max = 0.5) double alpha) {
        FalseStopBudget budget = FalseStopBudget.of(alpha);
        int order = budget.order(streams).orElseThrow();
        assertThat(atLeast(streams, 1 - alpha, order)).isLessThanOrEqualTo(0.05 + 1e-9);
        assertThat(atLeast(streams, 1 - alpha, order - 1)).isGreaterThan(0.05 - 1e-9);
    }

    @Test
    void isSurprisedByMoreStopsThanItAllows() {
        assertThat(FalseStopBudget.of(0.01).surprise(0, 100)).isEqualTo(1);
        assertThat(FalseStopBudget.of(0.01).surprise(1, 100)).isCloseTo(1 - Math.pow(0.99, 100), within(1e-12));
        assertThat(FalseStopBudget.of(0.01).surprise(6, 100)).isLessThan(0.001);
    }

    @Test
    void refusesABudgetThatIsNoShare() {
        assertThatThrownBy(() -> FalseStopBudget.of(0)).hasMessage("alpha: 0.0 (expected: above 0, at most 0.5)");
        assertThatThrownBy(() -> FalseStopBudget.of(1)).hasMessageContaining("alpha: 1.0");
        assertThatThrownBy(() -> new FalseStopBudget(0.01, 0.9)).hasMessageContaining("delta: 0.9");
    }

    /** P(Bin(trials, share) >= least), term by term. */
    private static double atLeast(int trials, double share, int least) {
        double logTerm = trials * Math.log(share); // of all of them
        double sum = 0;
        for (int successes = trials; successes >= least; successes--) {
            sum += Math.exp(logTerm);
            logTerm += Math.log(successes / (trials - successes + 1.0)) + Math.log((1 - share) / share);
        }
        return sum;
    }
}
