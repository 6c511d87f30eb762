package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BaselineTest {

    @Test
    void aSingleTokenCountsAtOnce() {
        assertThat(after(Baseline.SINGLE_TOKEN, 1, 4, 2)).containsExactly(1, 4, 2);
    }

    @Test
    void debounceWantsTwoTokensInARow() {
        assertThat(after(Baseline.DEBOUNCE_2, 5, 1, 4, 3)).containsExactly(Double.NEGATIVE_INFINITY, 1, 1, 3);
    }

    @Test
    void delayWantsFourTokensWhereverTheyAre() {
        assertThat(after(Baseline.DELAY_4, 5, -1, 4, 3, -2, 2))
                .containsExactly(
                        Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -1, 2);
    }

    @Test
    void theExponentialMeanForgetsAsAWindowOfSixteenTokensDoes() {
        double[] means = new double[200];
        Arrays.fill(means, 1);
        assertThat(after(Baseline.EXPONENTIAL_MEAN, means)[199]).isCloseTo(1, within(1e-9));
        double first = after(Baseline.EXPONENTIAL_MEAN, 1)[0];
        assertThat(first).isCloseTo(-3.89 + 4.89 * 2 / 17, within(1e-12));
    }

    private static double[] after(Baseline baseline, double... logOdds) {
        Baseline.Statistic statistic = baseline.start();
        return Arrays.stream(logOdds).map(statistic::after).toArray();
    }
}
