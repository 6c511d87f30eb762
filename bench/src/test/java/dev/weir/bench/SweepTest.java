package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SweepTest {

    @Property
    void findsTheCapacityOfAServiceFromBelowWherever(
            @ForAll @IntRange(min = 20, max = 3_000) int capacity, @ForAll @IntRange(min = 20, max = 3_000) int first)
            throws Exception {
        int found = Sweep.highest(first, 4_000, 40, streams -> streams <= capacity);
        assertThat(found).isLessThanOrEqualTo(capacity).isCloseTo(capacity, Percentage.withPercentage(8));
    }

    @Test
    void saysZeroWhenNothingHolds() throws Exception {
        assertThat(Sweep.highest(100, 4_000, 40, streams -> false)).isZero();
    }

    @Test
    void goesNoFurtherThanTheMost() throws Exception {
        List<Integer> tried = new ArrayList<>();
        assertThat(Sweep.highest(100, 450, 40, tried::add)).isEqualTo(450);
        assertThat(tried).allMatch(streams -> streams <= 450).endsWith(450);
    }

    @Test
    void triesNoMoreThanItMay() throws Exception {
        List<Integer> tried = new ArrayList<>();
        Sweep.highest(1, 4_000, 5, tried::add);
        assertThat(tried).hasSize(5);
    }
}
