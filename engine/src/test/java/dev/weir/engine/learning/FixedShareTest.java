package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FixedShareTest {

    private static final double[] START = {0.5, 0.25, 0.25};

    @Test
    void movesWeightToWhoWasNearerToTheLabel() {
        FixedShare learner = new FixedShare(START, 0.1, 0);
        learner.learn(learner.cast(new double[] {-2, 2, 0}), true, 1);
        double[] weights = learner.weights(new double[3]);
        assertThat(weights[1]).isGreaterThan(0.25);
        assertThat(weights[0]).isLessThan(0.5);
        assertThat(weights[1] / 0.25).isGreaterThan(weights[2] / 0.25);
    }

    @Test
    void returnsAShareToWhereItBegan() {
        FixedShare learner = new FixedShare(START, 10, 0.1);
        for (int label = 0; label < 1000; label++) {
            learner.learn(learner.cast(new double[] {-8, 0, 8}), true, 1);
        }
        assertThat(learner.weights(new double[3])[0]).isGreaterThan(0.1 * 0.5 / 2);
    }

    @Test
    void leavesTheWeightOfASleeperAlone() {
        FixedShare learner = new FixedShare(START, 0.5, 0);
        learner.learn(learner.cast(new double[] {-2, Double.NaN, 2}), true, 1);
        assertThat(learner.weights(new double[3])[1]).isEqualTo(0.25, within(1e-12));
    }

    @Test
    void standsStillWithoutARate() {
        FixedShare learner = new FixedShare(START, 0, 0);
        learner.learn(learner.cast(new double[] {-2, 1, 2}), true, 5);
        assertThat(learner.weights(new double[3])).containsExactly(START);
    }
}
