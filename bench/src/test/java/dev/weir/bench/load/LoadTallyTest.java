package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LoadTallyTest {

    private static final long MILLI = 1_000_000;

    @Property(tries = 100)
    void givesPercentilesOfTheLatencyItself(@ForAll @IntRange(min = 1, max = 5_000) int scaleMillis) {
        LoadTally tally = new LoadTally();
        for (int i = 1; i <= 1_000; i++) {
            long latency = i * scaleMillis * MILLI / 100;
            tally.covered(10 * MILLI, 10 * MILLI, 10 * MILLI + latency, Shortfall.NONE);
        }
        Latencies released = tally.at(0).released();
        assertThat(released.p50()).isCloseTo(5.0 * scaleMillis, Percentage.withPercentage(1));
        assertThat(released.p99()).isCloseTo(9.9 * scaleMillis, Percentage.withPercentage(1));
        assertThat(released.max()).isCloseTo(10.0 * scaleMillis, Percentage.withPercentage(1));
    }

    @Test
    void leavesOutWhatWasDueBeforeTheMeasuredPart() {
        LoadTally tally = new LoadTally();
        tally.covered(0, 0, MILLI, Shortfall.NONE);
        tally.failed("internal");
        tally.begin(5 * MILLI);
        tally.covered(4 * MILLI, 4 * MILLI, 6 * MILLI, Shortfall.NONE);
        tally.covered(5 * MILLI, 5 * MILLI, 6 * MILLI, Shortfall.NONE);
        assertThat(tally.at(7 * MILLI).released().count()).isEqualTo(1);
        assertThat(tally.at(7 * MILLI).isWhole()).isTrue();
    }

    @Test
    void givesEachSliceOnlyWhatCameInIt() {
        LoadTally tally = new LoadTally();
        tally.begin(0);
        tally.due(0, 0);
        tally.covered(0, 0, 900 * MILLI, Shortfall.NONE);
        assertThat(tally.takeSlice(1_000 * MILLI).released().p99()).isGreaterThan(800);
        tally.due(1_000 * MILLI, 1_000 * MILLI);
        tally.covered(1_000 * MILLI, 1_000 * MILLI, 1_010 * MILLI, Shortfall.NONE);
        Slice second = tally.takeSlice(2_000 * MILLI);
        assertThat(second.tokens()).isEqualTo(1);
        assertThat(second.released().p99()).isLessThan(20);
        assertThat(second.seconds()).isEqualTo(1);
    }
}
