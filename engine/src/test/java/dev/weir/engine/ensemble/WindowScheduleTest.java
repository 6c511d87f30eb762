package dev.weir.engine.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WindowScheduleTest {

    @Test
    void asksEarlyAndThenAtEveryStride() {
        assertThat(IntStream.rangeClosed(0, 70).filter(p -> WindowSchedule.contains(p, 16)))
                .containsExactly(8, 12, 16, 24, 32, 48, 64);
    }

    @Property
    void leavesNoGapLongerThanAStride(
            @ForAll @IntRange(max = 500) int position, @ForAll @IntRange(min = 1, max = 64) int stride) {
        assertThat(WindowSchedule.after(position, stride)).isBetween(position + 1, position + stride);
    }
}
