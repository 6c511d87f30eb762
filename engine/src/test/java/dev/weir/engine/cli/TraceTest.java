package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.Threshold;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.evaluation.Report;
import dev.weir.models.Category;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static final Map<Category, Threshold> STOPS =
            Map.of(Category.HATE, Threshold.constant(0.8), Category.OTHER, Threshold.constant(0.5));

    @Test
    void keepsTheRiskOfTheCategoriesThatStop() {
        Trace trace = new Trace(STOPS, -1, false);
        trace.scored(1, 4, risks(Category.PROFANITY, 0.9));
        trace.scored(2, 9, risks(Category.HATE, 0.4));
        assertThat(judged(trace).topRisk()).isEqualTo(0.4);
        // Log-odds 2/3 to 1 of the risk, against 4 to 1 of its threshold.
        assertThat(judged(trace).risk().tokensAt(1 / 7.0 - 1e-9)).isEqualTo(2);
        assertThat(judged(trace).risk().tokensAt(1 / 7.0 + 1e-9)).isEqualTo(-1);
        assertThat(trace.baselines()).isEmpty();
    }

    @Test
    void findsTheTokenInWhichTheHarmStarts() {
        Trace trace = new Trace(STOPS, 9, false);
        trace.scored(1, 4, risks(Category.HATE, 0));
        trace.scored(2, 9, risks(Category.HATE, 0)); // ends where the harm starts
        assertThat(trace.onsetToken()).isEqualTo(-1);
        trace.scored(3, 12, risks(Category.HATE, 0));
        trace.scored(4, 15, risks(Category.HATE, 0));
        assertThat(trace.onsetToken()).isEqualTo(3);
    }

    @Test
    void showsTheBaselinesTheVotesOfTheCategoriesThatStop() {
        Trace trace = new Trace(STOPS, -1, true);
        double[] votes = new double[Category.values().length];
        Arrays.fill(votes, Double.NaN);
        trace.voted(1, votes);
        votes[Category.PROFANITY.ordinal()] = 5;
        votes[Category.HATE.ordinal()] = 0;
        trace.voted(2, votes);
        // Nobody voted on the first token, and the second is as likely harm as not.
        assertThat(report(trace)
                        .baselines()
                        .get("single token")
                        .atHalf()
                        .recall()
                        .successes())
                .isEqualTo(1);
        assertThat(report(trace).baselines().get("debounce-2").atHalf().recall().successes())
                .isZero();
    }

    private static double[] risks(Category category, double risk) {
        double[] risks = new double[Category.values().length];
        risks[category.ordinal()] = risk;
        return risks;
    }

    private static Report report(Trace trace) {
        List<Judged> texts = List.of(judged(trace));
        return Report.of("one", texts, texts);
    }

    private static Judged judged(Trace trace) {
        LabelledText row = new LabelledText("id", "response", null, "text", true, Set.of(), null, -1);
        return new Judged(row, 9, trace.onsetToken(), trace.risk(), trace.topRisk(), null, Map.of(), trace.baselines());
    }
}
