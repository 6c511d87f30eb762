package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HolmTest {

    @Test
    void adjustsTheSmallestMostAndKeepsTheirOrder() {
        assertThat(Holm.adjust(new double[] {0.04, 0.01, 0.03}))
                .containsExactly(new double[] {0.06, 0.03, 0.06}, within(1e-12));
    }

    @Test
    void staysAProbability() {
        assertThat(Holm.adjust(new double[] {0.9, 0.8})).containsExactly(1, 1);
    }

    @Property
    void isNeverBelowTheTestAloneNorAboveBonferroni(
            @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0, max = 1) Double> chances) {
        double[] adjusted =
                Holm.adjust(chances.stream().mapToDouble(Double::doubleValue).toArray());
        for (int i = 0; i < adjusted.length; i++) {
            assertThat(adjusted[i]).isBetween(chances.get(i), Math.min(1, adjusted.length * chances.get(i)));
        }
    }
}
