package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The promise itself, where the truth is known: calibrations drawn again and again from one population stop more of it
 * than their budget allows in at most a share delta of them. Of 200, 15 is what a true 5 % exceeds once in twenty.
 */
class PromiseTest {

    private static final int CALIBRATIONS = 200;
    private static final int MOST_BROKEN = 15;

    private final List<StreamMaxima> population = CleanStreams.draw(10_000, new Random(11));

    @Test
    void holdsInAllButFiveOfAHundredCalibrationsAtFivePercent() {
        assertThat(broken(0.05, 100, 240)).isLessThanOrEqualTo(MOST_BROKEN);
    }

    @Test
    void holdsInAllButFiveOfAHundredCalibrationsAtOnePercent() {
        assertThat(broken(0.01, 200, 800)).isLessThanOrEqualTo(MOST_BROKEN);
    }

    /** A guarantee that is never broken would waste its budget: the level must not be far below what is allowed. */
    @Test
    void spendsMostOfItsBudget() {
        Random random = new Random(5);
        BudgetThresholds calibrated = calibrate(0.05, 500, 3000, random);
        assertThat(trueRate(calibrated)).isBetween(0.03, 0.05);
    }

    private int broken(double alpha, int shape, int level) {
        Random random = new Random(42);
        int broken = 0;
        for (int i = 0; i < CALIBRATIONS; i++) {
            if (trueRate(calibrate(alpha, shape, level, random)) > alpha) {
                broken++;
            }
        }
        return broken;
    }

    private BudgetThresholds calibrate(double alpha, int shape, int level, Random random) {
        JointScale scale = JointScale.of(drawn(shape, random), CleanStreams.CATEGORIES, CleanStreams.BANDS);
        return BudgetThresholds.of(FalseStopBudget.of(alpha), scale, drawn(level, random))
                .orElseThrow();
    }

    private List<StreamMaxima> drawn(int count, Random random) {
        List<StreamMaxima> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(population.get(random.nextInt(population.size())));
        }
        return drawn;
    }

    private double trueRate(BudgetThresholds calibrated) {
        return (double) population.stream().filter(calibrated::stops).count() / population.size();
    }
}
