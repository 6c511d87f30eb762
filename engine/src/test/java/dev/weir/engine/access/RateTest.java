package dev.weir.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RateTest {

    private static final long SECOND = 1_000_000_000L;

    private static Rate rate(double perSecond, long nowNanos) {
        return new Rate(perSecond, Duration.ofSeconds(10), Duration.ofMinutes(1), nowNanos);
    }

    @Example
    void tenSecondsWorthMayBeSpentAtOnceAndTheRestIsOwed() {
        Rate rate = rate(2, 5);
        rate.spend(20, 5);
        assertThat(rate.owedNanos(5)).isZero();
        rate.spend(3, 5);
        assertThat(rate.owedNanos(5)).isEqualTo(3 * SECOND / 2);
        assertThat(rate.owedNanos(5 + SECOND)).isEqualTo(SECOND / 2);
        assertThat(rate.owedNanos(5 + 2 * SECOND)).isZero();
    }

    @Example
    void nobodyOwesForLongerThanAMinute() {
        Rate rate = rate(1, 0);
        rate.spend(1_000_000, 0);
        assertThat(rate.owedNanos(0)).isEqualTo(60 * SECOND);
    }

    @Example
    void aRestSavesNothingUpBeyondTheBurst() {
        Rate rate = rate(1, 0);
        rate.spend(11, 1_000_000 * SECOND);
        assertThat(rate.owedNanos(1_000_000 * SECOND)).isEqualTo(SECOND);
    }

    /** Law of the long run: who spends only when nothing is owed gets the rate, and the burst once. */
    @Property(tries = 200)
    void whoStopsWhenSomethingIsOwedGetsTheRateAndNoMore(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 1, max = 5) Integer> wanted,
            @ForAll @LongRange(min = 1, max = SECOND) long pauseNanos) {
        Rate rate = rate(3, 0);
        long now = 0;
        int spent = 0;
        for (int count : wanted) {
            if (rate.owedNanos(now) == 0) {
                rate.spend(count, now);
                spent += count;
            }
            now += pauseNanos;
        }
        assertThat(spent).isLessThanOrEqualTo((int) (3.0 * now / SECOND + 30 + 5));
    }

    @Example
    void withoutALimitNothingIsOwed() {
        Rate rate = rate(0, 0);
        rate.spend(1_000_000, 0);
        assertThat(rate.owedNanos(0)).isZero();
    }
}
