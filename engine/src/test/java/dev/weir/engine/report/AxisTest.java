package dev.weir.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {

    @Test
    void givesEachFactorOfTenTheSameLength() {
        Axis axis = Axis.logarithmic("ms", 1, 800);
        assertThat(axis.ticks()).extracting(Axis.Tick::label).containsExactly("1", "10", "100", "1,000");
        assertThat(axis.place().applyAsDouble(10)).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(axis.place().applyAsDouble(0)).isZero();
        assertThat(axis.place().applyAsDouble(5_000)).isEqualTo(1);
    }
}
