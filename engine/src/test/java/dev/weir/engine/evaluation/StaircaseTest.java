package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StaircaseTest {

    @Test
    void saysWhenARiskWasFirstReached() {
        Staircase staircase = new Staircase();
        staircase.add(1, 0.2);
        staircase.add(2, 0.1);
        staircase.add(3, 0.6);
        staircase.add(4, 0.6);
        assertThat(staircase.tokensAt(0.2)).isEqualTo(1);
        assertThat(staircase.tokensAt(0.21)).isEqualTo(3);
        assertThat(staircase.tokensAt(0.6)).isEqualTo(3);
        assertThat(staircase.tokensAt(0.61)).isEqualTo(-1);
        assertThat(staircase.top()).isEqualTo(0.6);
    }

    @Test
    void ofNoTokensIsNeverStopped() {
        assertThat(new Staircase().tokensAt(0.001)).isEqualTo(-1);
        assertThat(new Staircase().top()).isZero();
    }

    @Property
    void stopsWhereTheWholeRecordWould(
            @ForAll @Size(min = 1, max = 40) double @DoubleRange(max = 1) [] risks,
            @ForAll @DoubleRange(max = 1) double threshold) {
        Staircase staircase = new Staircase();
        int first = -1;
        for (int i = 0; i < risks.length; i++) {
            staircase.add(i + 1, risks[i]);
            first = first < 0 && risks[i] >= threshold ? i + 1 : first;
        }
        assertThat(staircase.tokensAt(threshold)).isEqualTo(first);
    }
}
