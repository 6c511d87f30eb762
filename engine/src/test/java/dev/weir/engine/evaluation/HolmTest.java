package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
}
