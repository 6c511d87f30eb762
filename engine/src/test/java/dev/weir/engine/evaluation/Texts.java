package dev.weir.engine.evaluation;

import dev.weir.models.Category;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judged texts for tests, by what matters in one. */
final class Texts {

    private Texts() {}

    /** A reply of 100 tokens whose risk rises to {@code risk} at its end, never stopped. */
    static Judged passed(boolean harmful, double risk) {
        return text(row("response", harmful, -1), 100, -1, staircase(100, risk), null);
    }

    static Judged stopped(boolean harmful, double risk, int tokens, int stopToken) {
        return text(
                row("response", harmful, -1),
                tokens,
                -1,
                staircase(stopToken, risk),
                new Judged.Stop(stopToken, 5 * stopToken, 5 * stopToken - 10));
    }

    static Judged text(LabelledText row, int tokens, int onsetToken, Staircase risk, Judged.@Nullable Stop stop) {
        return new Judged(
                row, tokens, onsetToken, risk, risk.top(), stop, Map.of(Category.OTHER, risk.top()), Map.of());
    }

    static Judged withBaseline(Judged text, String name, Staircase risk, long encoderTokens) {
        Map<String, Judged.Run> runs = new LinkedHashMap<>(text.baselines());
        runs.put(name, new Judged.Run(risk, encoderTokens));
        return new Judged(
                text.row(),
                text.tokens(),
                text.onsetToken(),
                text.risk(),
                text.topRisk(),
                text.stop(),
                text.categoryRisks(),
                runs);
    }

    static LabelledText row(String role, boolean harmful, int spanStart, Category... categories) {
        return new LabelledText("id", role, null, "text", harmful, Set.of(categories), null, spanStart);
    }

    /** One that rises once, to {@code risk} at {@code token}. */
    static Staircase staircase(int token, double risk) {
        Staircase staircase = new Staircase();
        staircase.add(1, 0.01);
        staircase.add(token, risk);
        return staircase;
    }
}
