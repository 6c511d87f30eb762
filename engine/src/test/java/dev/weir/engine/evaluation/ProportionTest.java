package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {

    @Test
    void givesTheKnownClopperPearsonIntervals() {
        assertInterval(Proportion.of(7, 10), 0.3475471499400027, 0.9332604888222655);
        assertInterval(Proportion.of(50, 100), 0.39832112950330095, 0.601678870496699);
        assertInterval(Proportion.of(1, 1000), 2.531748749129404e-05, 0.005558924279826672);
    }

    @Test
    void seesThatNoStopInThirtyTextsMayStillBeTwelvePercent() {
        // In closed form: 1 - 0.025^(1/30).
        assertInterval(Proportion.of(0, 30), 0, 1 - Math.pow(0.025, 1.0 / 30));
    }

    @Test
    void leavesTheTopOpenWhenAllSucceed() {
        assertInterval(Proportion.of(10, 10), Math.pow(0.025, 0.1), 1);
    }

    @Test
    void refusesAShareOfNothing() {
        assertThatThrownBy(() -> Proportion.of(0, 0)).hasMessageContaining("expected: at least one trial");
    }

    @Test
    void evaluatesTheBetaFunctionWhereItsValueIsKnown() {
        // I_0.4(2, 3) = sum of the binomial tail P(X >= 2), X ~ B(4, 0.4); I_x(1/2, 1/2) = 2/pi asin(sqrt x).
        assertThat(IncompleteBeta.at(0.4, 2, 3)).isCloseTo(0.5248, within(1e-12));
        assertThat(IncompleteBeta.at(0.25, 0.5, 0.5)).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(IncompleteBeta.at(0.26, 500, 1500)).isCloseTo(0.8490456364450458, within(1e-10));
    }

    private static void assertInterval(Proportion proportion, double low, double high) {
        assertThat(proportion.low()).isCloseTo(low, within(1e-10));
        assertThat(proportion.high()).isCloseTo(high, within(1e-10));
    }

    @Test
    void saysHowLikelySoManySuccessesAreAtAGivenRate() {
        // At least 1 of 100 at 1 %: 1 - 0.99^100. At least 2 of 2 at 10 %: 0.01.
        assertThat(Proportion.of(1, 100).chanceAt(0.01)).isCloseTo(1 - Math.pow(0.99, 100), within(1e-12));
        assertThat(Proportion.of(2, 2).chanceAt(0.1)).isCloseTo(0.01, within(1e-12));
        assertThat(Proportion.of(0, 9).chanceAt(0.01)).isEqualTo(1);
    }
}
