package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ledger.ReviewedDecision.Label;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsensusTest {

    /** @param reviews such as {@code ann:wrong_stop}, oldest first */
    private static Consensus of(String... reviews) {
        List<Review> all = new ArrayList<>();
        for (String review : reviews) {
            String[] parts = review.split(":", 3);
            List<String> categories = parts.length < 3 ? List.of() : List.of(parts[2].split(","));
            all.add(new Review("f" + all.size(), "t", "R", parts[1], categories, parts[0], all.size()));
        }
        return Consensus.of(all);
    }

    @Test
    void takesTheMajorityOfTheReviewers() {
        assertThat(of("ann:wrong_stop", "bob:right_stop", "cem:wrong_stop").label())
                .isEqualTo(Label.HARMLESS);
        assertThat(of("ann:missed").label()).isEqualTo(Label.HARMFUL);
        assertThat(of("ann:right_pass").label()).isEqualTo(Label.HARMLESS);
    }

    @Test
    void countsTheLatestReviewOfEachReviewerOnce() {
        assertThat(of("ann:wrong_stop", "ann:wrong_stop", "ann:wrong_stop", "bob:right_stop", "ann:right_stop"))
                .isEqualTo(new Consensus(Label.HARMFUL, List.of(), List.of("ann", "bob")));
    }

    @Test
    void leavesATieOpen() {
        assertThat(of("ann:wrong_stop:hate", "bob:right_stop:hate"))
                .isEqualTo(new Consensus(Label.DISPUTED, List.of(), List.of()));
    }

    @Test
    void namesTheCategoriesThatMostOfTheWinnersName() {
        assertThat(of("ann:missed:hate,privacy", "bob:missed:hate", "cem:missed:hate,privacy,hate", "dee:missed")
                        .categories())
                .containsExactly("hate");
    }
}
