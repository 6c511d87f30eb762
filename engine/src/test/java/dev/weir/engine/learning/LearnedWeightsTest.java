package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.models.Category;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearnedWeightsTest {

    private static final double[] START = {0.5, 0.3, 0.2};

    private final Random random = new Random(1);
    private final LearnedWeights weights = new LearnedWeights(List.of(0.5, 0.3, 0.2), new LearningSettings(5, 200));

    @Test
    void beginsWithTheWeightsItWasGiven() {
        assertThat(weights.of("acme", Category.HATE))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(START);
    }

    @Test
    void hasATenantLeanOnWhatItsCategoryTaughtElsewhere() {
        learn("acme", Category.HATE, 2, 2_000);
        double[] others = weights.of("zenith", Category.HATE);
        assertThat(others).containsExactly(weights.of(Category.HATE));
        assertThat(others[2]).isGreaterThan(0.8);
    }

    @Test
    void hasACategoryLeanOnWhatAllCategoriesTaught() {
        learn("acme", Category.HATE, 2, 2_000);
        double[] untaught = weights.of("acme", Category.FRAUD_SCAMS);
        assertThat(untaught[2]).isGreaterThan(0.8);
    }

    /** The tenant that disagrees with all others is given its own way after as many labels as the setting says, by half. */
    @Test
    void trustsATenantsOwnLabelsByTheirNumber() {
        for (int round = 0; round < 200; round++) {
            learn("acme", Category.HATE, 2, 9);
            learn("zenith", Category.HATE, 0, 1);
        }
        double[] shared = weights.of(Category.HATE);
        double[] zenith = weights.of("zenith", Category.HATE);
        assertThat(shared[2]).isGreaterThan(0.8);
        assertThat(zenith[0]).isBetween(0.4, 0.6);
        assertThat(zenith[2]).isEqualTo(shared[2] / 2, within(0.05));
    }

    @Test
    void addsUpToOne() {
        learn("acme", Category.HATE, 1, 100);
        double[] learned = weights.of("acme", Category.HATE);
        assertThat(learned[0] + learned[1] + learned[2]).isEqualTo(1, within(1e-12));
    }

    /** Labels under which one expert is right and the others know nothing. */
    private void learn(String tenant, Category category, int good, int labels) {
        for (int label = 0; label < labels; label++) {
            boolean harmful = random.nextBoolean();
            double[] votes = random.doubles(3, -4, 4).toArray();
            votes[good] = harmful ? 3 : -3;
            weights.learn(weights.cast(tenant, category, votes), harmful, 1);
        }
    }
}
