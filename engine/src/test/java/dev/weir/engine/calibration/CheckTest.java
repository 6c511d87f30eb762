package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckTest {

    private static final FalseStopBudget BUDGET = FalseStopBudget.of(0.05);

    private final JointScale scale =
            JointScale.of(CleanStreams.draw(200, new Random(1)), CleanStreams.CATEGORIES, CleanStreams.BANDS);
    private final BudgetThresholds calibrated = BudgetThresholds.of(
                    BUDGET, scale, CleanStreams.draw(800, new Random(2)))
            .orElseThrow();

    @Test
    void countsEachHeldOutStreamOnceInTheBandOfItsFinalLength() {
        HeldOutStops stops = HeldOutStops.of(calibrated, CleanStreams.draw(1000, new Random(3)), CleanStreams.BANDS);
        assertThat(stops.all().falseStops().trials()).isEqualTo(1000);
        assertThat(stops.lengths())
                .extracting(HeldOutStops.Rate::tokens)
                .containsExactly("0-15", "16-63", "64-255", "from 256");
        assertThat(stops.lengths().stream()
                        .mapToInt(rate -> rate.falseStops().trials())
                        .sum())
                .isEqualTo(1000);
        assertThat(stops.all().isSignificantlyAbove()).isFalse();
    }

    @Test
    void callsSignificantWhatChanceHardlyExplains() {
        List<StreamMaxima> stopped = CleanStreams.draw(4000, new Random(4)).stream()
                .filter(calibrated::stops)
                .toList();
        HeldOutStops stops = HeldOutStops.of(calibrated, stopped, CleanStreams.BANDS);
        assertThat(stops.all().falseStops().share()).isEqualTo(1);
        assertThat(stops.all().isSignificantlyAbove()).isTrue();
    }

    @Test
    void breaksThePromiseInNoMoreRedrawnCalibrationsThanAllowed() {
        Redraws redraws = Redraws.of(
                        BUDGET,
                        CleanStreams.draw(1500, new Random(5)),
                        700,
                        CleanStreams.CATEGORIES,
                        CleanStreams.BANDS,
                        6)
                .orElseThrow();
        assertThat(redraws.broken()).isLessThanOrEqualTo(Redraws.MOST_BROKEN);
        assertThat(redraws.brokenOnHalves()).isLessThanOrEqualTo(Redraws.MOST_BROKEN);
    }

    @Test
    void doesNotRedrawWhatCouldNotBeCalibrated() {
        List<StreamMaxima> few = CleanStreams.draw(100, new Random(7));
        assertThat(Redraws.of(BUDGET, few, 100, CleanStreams.CATEGORIES, CleanStreams.BANDS, 8))
                .isEmpty();
    }
}
