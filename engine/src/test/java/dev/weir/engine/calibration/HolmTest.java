package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HolmTest {

    @Test
    void multipliesBySmallerNumbersAsItGoesUpAndNeverFalls() {
        assertThat(Holm.adjusted(List.of(0.03, 0.005, 0.02, 0.5))).containsExactly(0.06, 0.02, 0.06, 0.5);
    }

    @Property
    void isNeverBelowTheTestAloneNorAboveBonferroni(
            @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0, max = 1) Double> pValues) {
        List<Double> adjusted = Holm.adjusted(pValues);
        for (int i = 0; i < pValues.size(); i++) {
            assertThat(adjusted.get(i)).isBetween(pValues.get(i), Math.min(1, pValues.size() * pValues.get(i)));
        }
    }
}
