package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationErrorTest {

    private static final List<Ranking.Point> POINTS = List.of(
            new Ranking.Point(0.1, false),
            new Ranking.Point(0.8, true),
            new Ranking.Point(0.3, false),
            new Ranking.Point(0.6, false));

    @Test
    void squaresTheDistanceFromTheTruth() {
        assertThat(CalibrationError.of(POINTS, 2).brier()).isCloseTo((0.01 + 0.04 + 0.09 + 0.36) / 4, within(1e-15));
    }

    @Test
    void comparesMeanRiskWithTheShareOfHarmInBinsOfEqualMass() {
        // Bins {0.1, 0.3}: mean 0.2, no harm. {0.6, 0.8}: mean 0.7, half harmful. Both off by 0.2.
        assertThat(CalibrationError.of(POINTS, 2).ece()).isCloseTo(0.2, within(1e-15));
    }

    @Test
    void givesEachTextItsOwnBinWhenThereAreFewerTextsThanBins() {
        assertThat(CalibrationError.of(POINTS, 15).ece()).isCloseTo((0.1 + 0.2 + 0.3 + 0.6) / 4, within(1e-15));
    }
}
