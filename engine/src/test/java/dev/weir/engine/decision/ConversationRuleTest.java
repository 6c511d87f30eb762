package dev.weir.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConversationRuleTest {

    private static final ConversationRule RULE = new ConversationRule(0.4, 0.15, 0.65);

    private static double after(List<Double> risks) {
        double carried = 0;
        for (double risk : risks) {
            carried = RULE.after(carried, risk);
        }
        return carried;
    }

    @Property
    void carriesBetweenNothingAndItsBound(@ForAll @Size(max = 60) List<@DoubleRange(max = 1) Double> risks) {
        assertThat(after(risks)).isBetween(0.0, RULE.bound());
    }

    @Property
    void isNotMovedByHarmlessTurns(@ForAll @Size(max = 60) List<@DoubleRange(max = 0.4) Double> risks) {
        assertThat(after(risks)).isZero();
    }

    @Test
    void growsWithEachTurnOfAnEscalationAndFadesAfterIt() {
        double first = RULE.after(0, 0.7);
        double second = RULE.after(first, 0.8);
        double third = RULE.after(second, 0.9);
        assertThat(first).isPositive();
        assertThat(second).isGreaterThan(first);
        assertThat(third).isGreaterThan(second);
        assertThat(RULE.after(third, 0.05)).isCloseTo(0.65 * third, within(1e-12));
    }

    @Test
    void doesNotFeedOnWhatItCarried() {
        // Text of risk 0.4 by itself, read with 1.5 log-odds more.
        double seen = LogOdds.toProbability(LogOdds.of(0.4) + 1.5);
        assertThat(RULE.after(1.5, seen)).isCloseTo(0.65 * 1.5, within(1e-9));
    }
}
