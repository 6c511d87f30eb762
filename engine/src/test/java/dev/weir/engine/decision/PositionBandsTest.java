package dev.weir.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PositionBandsTest {

    @Test
    void countsAPositionToTheBandItStarts() {
        assertThat(List.of(0, 63, 64, 255, 256, 1023, 1024, 1_000_000))
                .extracting(PositionBands.DEFAULT::of)
                .containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    }

    @Test
    void namesEachBandByItsPositions() {
        assertThat(PositionBands.DEFAULT.names()).containsExactly("0-63", "64-255", "256-1023", "from 1024");
        assertThat(PositionBands.NONE.names()).containsExactly("from 0");
    }

    @Test
    void refusesBandsThatDoNotAscend() {
        assertThatThrownBy(() -> new PositionBands(List.of(64, 64)))
                .hasMessage("bands: [64, 64] (expected: ascending, the first above 0)");
        assertThatThrownBy(() -> new PositionBands(List.of(0))).hasMessageContaining("the first above 0");
    }

    @Test
    void aThresholdHasOneRiskABand() {
        assertThatThrownBy(() -> new Threshold(PositionBands.DEFAULT, List.of(0.5)))
                .hasMessage("thresholds: 1 (expected: 4, one a band)");
    }
}
