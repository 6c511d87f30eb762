package dev.weir.engine.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.models.Category;
import dev.weir.models.Vote;
import org.junit.jupiter.api.Test;

class MixtureTest {

    private final Mixture mixture = new Mixture();

    @Test
    void isTheWeightedMeanOfTheLogOdds() {
        mixture.clear();
        mixture.add(Category.HATE, Vote.ofLogOdds(-6), 3);
        mixture.add(Category.HATE, Vote.ofLogOdds(2), 1);
        assertThat(mixture.logOdds()[Category.HATE.ordinal()]).isEqualTo(-4, within(1e-12));
    }

    @Test
    void leavesOutWhoDoesNotVote() {
        mixture.clear();
        mixture.add(Category.HATE, Vote.ofLogOdds(2), 1);
        mixture.add(Category.OTHER, Vote.ofLogOdds(-3), 1);
        assertThat(mixture.logOdds()[Category.HATE.ordinal()]).isEqualTo(2);
        assertThat(mixture.logOdds()[Category.PRIVACY.ordinal()]).isNaN();
    }

    @Test
    void hasNoVoteWhereOnlyShadowsVoted() {
        mixture.clear();
        mixture.add(Category.HATE, Vote.ofLogOdds(2), 0);
        assertThat(mixture.logOdds()[Category.HATE.ordinal()]).isNaN();
    }

    @Test
    void remembersNothingOfTheTokenBefore() {
        mixture.add(Category.HATE, Vote.ofLogOdds(5), 1);
        mixture.clear();
        assertThat(mixture.logOdds()).containsOnly(Double.NaN);
    }
}
