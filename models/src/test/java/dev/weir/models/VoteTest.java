package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class VoteTest {
    @Property
    void isTheNearestSixteenthOfTheLogOdds(@ForAll @DoubleRange(min = -7.9, max = 7.9) double z) {
        assertThat(Math.abs(Vote.logOdds(Vote.ofLogOdds(z)) - z)).isLessThanOrEqualTo(1 / 32.0);
    }

    @Property
    void comesBackFromItsOwnProbability(@ForAll byte v) {
        byte vote = (byte) Math.max(-127, v);
        assertThat(Vote.ofProbability(Vote.probability(vote))).isEqualTo(vote);
    }

    @Test
    void endsAtTheEndsOfItsRange() {
        assertThat(Vote.ofLogOdds(Double.POSITIVE_INFINITY)).isEqualTo((byte) 127);
        assertThat(Vote.ofLogOdds(-1e9)).isEqualTo((byte) -127);
        assertThat(Vote.ofProbability(0)).isEqualTo((byte) -127);
        assertThat(Vote.ofProbability(1)).isEqualTo((byte) 127);
    }

    @Test
    void refusesWhatIsNoNumber() {
        assertThatThrownBy(() -> Vote.ofLogOdds(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
