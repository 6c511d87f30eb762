package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class TailScaleTest {

    private final TailScale even = TailScale.of(
            IntStream.rangeClosed(1, 1000).mapToDouble(i -> i / 1000.0).toArray());

    @Test
    void countsRarityInNats() {
        assertThat(even.natsOf(0.9)).isCloseTo(Math.log(10), within(1e-12));
        assertThat(even.natsOf(0.99)).isCloseTo(Math.log(100), within(1e-12));
    }

    @Test
    void goesOnByOneNatAUnitOfLogOddsBeyondWhatItHasSeen() {
        double rarest = Math.log(200); // five of a thousand lie above
        assertThat(even.natsOf(0.995)).isCloseTo(rarest, within(1e-12));
        assertThat(even.natsOf(2.995)).isCloseTo(rarest + 2, within(1e-12));
    }

    @Test
    void isTheLogOddsThemselvesWhenThereAreNoStreams() {
        assertThat(TailScale.of(new double[0]).natsOf(1.5)).isEqualTo(1.5);
    }

    /** A category that only a rule can raise rests at the prior in nearly all streams. */
    @Test
    void callsCommonWhatMostStreamsReach() {
        double[] maxima = new double[1000];
        Arrays.fill(maxima, -3.9);
        Arrays.fill(maxima, 0, 20, 1.0);
        TailScale scale = TailScale.of(maxima);
        assertThat(scale.natsOf(-3.9)).isCloseTo(Math.log(2), within(1e-12));
        assertThat(scale.natsOf(1.0)).isCloseTo(Math.log(100), within(1e-12));
    }

    @Property(tries = 200)
    void ascendsAndReadsBothWays(
            @ForAll long seed,
            @ForAll @DoubleRange(min = -15, max = 15) double first,
            @ForAll @DoubleRange(min = -15, max = 15) double second) {
        Random random = new Random(seed);
        TailScale scale = TailScale.of(random.doubles(random.nextInt(500))
                .map(d -> Math.round(40 * d) / 16.0)
                .toArray());
        assertThat(scale.logOddsOf(scale.natsOf(first))).isCloseTo(first, within(1e-9));
        if (first < second) {
            assertThat(scale.natsOf(first)).isLessThan(scale.natsOf(second));
        }
    }
}
