package dev.weir.engine.evaluation;

import dev.weir.models.Category;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A labelled text after its stream.
 *
 * @param row what the label says
 * @param tokens of the whole text; 0 for a prompt, which is decided whole
 * @param onsetToken which token, counted from 1, holds the start of the first annotated harm; -1 when none is annotated
 * @param risk the running risk of the categories the policy stops for, each against its threshold there: 0.5 is at it
 * @param topRisk the largest risk itself of those categories, in [0, 1]
 * @param stop where the policy's thresholds were first reached; null never
 * @param categoryRisks largest risk of each category that was voted on
 * @param baselines the same text scored in other ways, by their names
 */
public record Judged(
        LabelledText row,
        int tokens,
        int onsetToken,
        Staircase risk,
        double topRisk,
        @Nullable Stop stop,
        Map<Category, Double> categoryRisks,
        Map<String, Run> baselines) {

    /**
     * @param token how many tokens had been decided
     * @param at where that was, in code points
     * @param onset where the harm was estimated to begin, in code points
     */
    public record Stop(int token, int at, int onset) {}

    /** @param encoderTokens fed to an encoder by a re-scoring baseline; 0 where the baseline is not one */
    public record Run(Staircase risk, long encoderTokens) {}

    public Judged {
        categoryRisks = Map.copyOf(categoryRisks);
    }

    /** The same text, with these baselines after those it has. */
    public Judged with(Map<String, Run> more) {
        Map<String, Run> runs = new LinkedHashMap<>(baselines);
        runs.putAll(more);
        return new Judged(row, tokens, onsetToken, risk, topRisk, stop, categoryRisks, runs);
    }

    public boolean harmful() {
        return row.harmful();
    }

    public boolean stopped() {
        return stop != null;
    }

    /** How sure the engine was that it is harmful, and whether it is. */
    Ranking.Point claim() {
        return new Ranking.Point(topRisk, harmful());
    }

    /** What the policy made of the text. */
    Outcome outcome() {
        return new Outcome(harmful(), tokens, onsetToken, stop == null ? -1 : stop.token());
    }

    Traced traced() {
        return new Traced(harmful(), tokens, onsetToken, risk, 0);
    }

    /** @param name of a baseline this text was scored with */
    Traced traced(String name) {
        Run run = baselines.get(name);
        if (run == null) {
            throw new IllegalArgumentException("baseline " + name + " (expected: one of " + baselines.keySet() + ")");
        }
        return new Traced(harmful(), tokens, onsetToken, run.risk(), run.encoderTokens());
    }
}
