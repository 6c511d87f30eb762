package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BudgetThresholdsTest {

    @Property(tries = 30)
    void stopsNoMoreOfItsOwnStreamsThanLieAboveTheOrder(@ForAll long seed) {
        List<StreamMaxima> level = CleanStreams.draw(120, new Random(seed));
        BudgetThresholds calibrated = calibrated(0.05, level, seed);
        assertThat(calibrated.levelStops()).isLessThanOrEqualTo(calibrated.streams() - calibrated.order());
    }

    /** Votes are counted in sixteenths, so maxima tie; a stream exactly at the level must not be stopped with the rest. */
    @Property(tries = 30)
    void stopsNoneOfTheStreamsThatTieAtTheLevel(@ForAll long seed) {
        StreamMaxima one = CleanStreams.draw(1, new Random(seed)).getFirst();
        assertThat(calibrated(0.05, Collections.nCopies(100, one), seed).levelStops())
                .isZero();
    }

    @Property(tries = 30)
    void neverRaisesAThresholdForALargerBudget(@ForAll long seed) {
        List<StreamMaxima> level = CleanStreams.draw(320, new Random(seed));
        BudgetThresholds strict = calibrated(0.05, level, seed);
        BudgetThresholds loose = calibrated(0.01, level, seed);
        loose.thresholds().forEach((category, threshold) -> {
            Threshold stricter = strict.thresholds().get(category);
            for (int band = 0; band < CleanStreams.BANDS.count(); band++) {
                assertThat(stricter.risks().get(band))
                        .isLessThanOrEqualTo(threshold.risks().get(band));
            }
        });
    }

    @Test
    void isRefusedWhenThereAreTooFewStreams() {
        List<StreamMaxima> level = CleanStreams.draw(58, new Random(1));
        assertThat(BudgetThresholds.of(FalseStopBudget.of(0.05), scale(1), level))
                .isEmpty();
    }

    /** A threshold is a step function of where the text is, and the last step may be one that few streams reach. */
    @Test
    void hasAThresholdForABandThatNoStreamReached() {
        List<StreamMaxima> streams = CleanStreams.draw(400, new Random(3)).stream()
                .filter(stream -> !stream.reaches(3))
                .toList();
        JointScale scale = JointScale.of(streams, CleanStreams.CATEGORIES, CleanStreams.BANDS);
        scale.thresholds(5)
                .forEach((category, threshold) -> assertThat(threshold.risks().get(3))
                        .isGreaterThan(threshold.risks().get(2)));
    }

    @Test
    void asksMoreOfAChildThanOfItsParentWhereTheyAreAlike() {
        Random random = new Random(4);
        List<StreamMaxima> alike = Stream.generate(() -> {
                    StreamMaxima.Gatherer gatherer = new StreamMaxima.Gatherer(CleanStreams.BANDS);
                    double[] risks = new double[Category.values().length];
                    Arrays.fill(risks, LogOdds.toProbability(random.nextGaussian() - 4));
                    gatherer.onScored(1, risks);
                    return gatherer.finished();
                })
                .limit(1_000)
                .toList();
        Map<Category, Threshold> thresholds = JointScale.of(alike, CleanStreams.CATEGORIES, CleanStreams.BANDS)
                .thresholds(5);
        assertThat(Objects.requireNonNull(thresholds.get(Category.HATE)).at(0))
                .isGreaterThan(
                        Objects.requireNonNull(thresholds.get(Category.OTHER)).at(0));
    }

    private static BudgetThresholds calibrated(double alpha, List<StreamMaxima> level, long seed) {
        return BudgetThresholds.of(FalseStopBudget.of(alpha), scale(seed), level)
                .orElseThrow();
    }

    private static JointScale scale(long seed) {
        return JointScale.of(CleanStreams.draw(150, new Random(seed + 1)), CleanStreams.CATEGORIES, CleanStreams.BANDS);
    }
}
