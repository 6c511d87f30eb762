package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    @Property(tries = 50)
    void isDecidedByItsSeed(@ForAll long seed) {
        assertThat(gaps(seed, 20, 500)).isEqualTo(gaps(seed, 20, 500));
        assertThat(gaps(seed, 20, 500)).isNotEqualTo(gaps(seed + 1, 20, 500));
    }

    @Property(tries = 20)
    void comesAtItsRateInTheLongRun(@ForAll long seed) {
        double seconds = LongStream.of(gaps(seed, 40, 40_000)).sum() / 1e9;
        assertThat(40_000 / seconds).isCloseTo(40, Percentage.withPercentage(5));
    }

    @Test
    void stallsNowAndThenAndBringsWhatWasDueAtOnce() {
        long[] gaps = gaps(1, 20, 10_000);
        assertThat(Arrays.stream(gaps).filter(gap -> gap == 0).count()).isBetween(500L, 1_600L);
        assertThat(Arrays.stream(gaps).max().orElseThrow()).isGreaterThan(200_000_000L);
    }

    private static long[] gaps(long seed, double rate, int count) {
        Arrivals arrivals = new Arrivals(seed, rate);
        return LongStream.generate(arrivals::nextGapNanos).limit(count).toArray();
    }
}
