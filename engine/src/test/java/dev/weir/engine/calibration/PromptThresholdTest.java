package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PromptThresholdTest {

    private static final FalseStopBudget BUDGET = FalseStopBudget.of(0.05);

    @Property(tries = 200)
    void stopsNoMoreOfItsPromptsThanTheOrderStatisticLeaves(
            @ForAll @Size(min = 59, max = 300) List<@DoubleRange(max = 0.99) Double> risks) {
        PromptThreshold threshold = PromptThreshold.of(BUDGET, risks).orElseThrow();
        long stopped = risks.stream().filter(threshold::stops).count();
        assertThat(stopped).isLessThanOrEqualTo(risks.size() - threshold.order());
        double next =
                risks.stream().sorted().skip(threshold.order() - 1L).findFirst().orElseThrow();
        assertThat(threshold.stops(next)).isFalse();
        assertThat(threshold.stops(Math.nextUp(next))).isTrue();
    }

    @Test
    void isNotSetFromTooFewPrompts() {
        assertThat(PromptThreshold.of(BUDGET, Collections.nCopies(58, 0.1))).isEmpty();
    }
}
