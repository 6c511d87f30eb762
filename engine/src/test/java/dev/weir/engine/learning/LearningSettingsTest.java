package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningSettingsTest {

    @Test
    void namesEveryFaultAtOnce() {
        List<String> problems = new ArrayList<>();
        new LearningSettings(0.5, 0).validate("weir.learning", problems);
        new CageSettings(0, 1, 0.9, -1, 0, 0).validate("weir.learning", problems);
        assertThat(problems)
                .containsExactly(
                        "weir.learning.max-importance: 0.5 (expected: >= 1)",
                        "weir.learning.labels-to-trust: 0.0 (expected: above 0)",
                        "weir.learning.every-labels: 0 (expected: >= 1)",
                        "weir.learning.labels-per-reviewer: 0 (expected: >= 1)",
                        "weir.learning.labels-per-tenant: 0 (expected: >= 1)",
                        "weir.learning.step: 1.0 (expected: above 1)",
                        "weir.learning.range: 0.9 (expected: at least the step, 1.0)",
                        "weir.learning.threshold-shift: -1.0 (expected: at least 0)");
    }

    /** Of two experts a nat apart, the one that weighs a third is doubled and the other halved. */
    @Test
    void boundsAMixtureAsTightlyAsItCanBe() {
        CageSettings settings = new CageSettings(500, 1.25, 2, 1, 50, 500);
        double third = 1.0 / 3; // its share before, at which the bound is reached
        double moved = third * 2 / (third * 2 + (1 - third) / 2) - third;
        assertThat(settings.mixtureBound(1)).isEqualTo(moved, within(1e-12));
    }
}
