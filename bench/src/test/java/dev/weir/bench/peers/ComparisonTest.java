package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static Round round(int tokens, double checkpoints, long processorMillis) {
        Round.Quantiles none = new Round.Quantiles(0, 0);
        return new Round(tokens, tokens, checkpoints, processorMillis, none, none, 0);
    }

    /** The machine was twice as slow in the second round, and again in the third; medians of costs would say 0.25. */
    @Test
    void comparesTurnsOfOneRoundWithEachOtherAndOnlyThen() {
        List<Round> ours = List.of(round(1000, 10, 100), round(1000, 10, 200), round(1000, 10, 300));
        List<Round> theirs = List.of(round(1000, 10, 1000), round(1000, 10, 2000), round(1000, 10, 800));
        assertThat(Comparison.of(ours, theirs, Round::millisPerThousandTokens))
                .isEqualTo(new Comparison(0.1, 0.1, 0.375));
    }

    @Test
    void takesTheMeanOfTheMiddleTwoOfAnEvenNumber() {
        assertThat(Comparison.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3.0);
        assertThat(Comparison.median(List.of(round(500, 1, 7), round(500, 1, 1)), Round::millisPerThousandTokens))
                .isEqualTo(8.0);
    }

    @Test
    void refusesRoundsThatAreNotAsMany() {
        assertThatThrownBy(() -> Comparison.of(List.of(round(1, 1, 1)), List.of(), Round::millisPerCheckpoint))
                .hasMessage("rounds 1 and 0 (expected: as many, at least one)");
    }

    @Test
    void countsTheCostOfATokenAndOfACheckpoint() {
        Round round = round(2000, 250, 5000);
        assertThat(round.millisPerThousandTokens()).isEqualTo(2500);
        assertThat(round.millisPerCheckpoint()).isEqualTo(20);
        assertThat(round.checkpointsPerThousandTokens()).isEqualTo(125);
    }

    /** Otherwise a server would seem the cheaper the less of its work it got done. */
    @Test
    void chargesWorkToTheTokensThatWereCovered() {
        Round.Quantiles none = new Round.Quantiles(0, 0);
        Round behind = new Round(2000, 500, 60, 1000, none, none, 0);
        assertThat(behind.millisPerThousandTokens()).isEqualTo(2000);
        assertThat(behind.checkpointsPerThousandTokens()).isEqualTo(120);
        assertThat(behind.keptUp()).isEqualTo(0.25);
    }

    @Test
    void saysNoCostOfWhatThereWasNoneOf() {
        assertThat(round(0, 0, 5000).millisPerThousandTokens()).isNaN();
        assertThat(round(2000, 0, 5000).millisPerCheckpoint()).isNaN();
    }
}
