package dev.weir.engine.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A share seen in a sample, with its exact (Clopper-Pearson) 95 % interval: whatever the true share, at least 95 of 100
 * such samples give an interval that holds it. Wide on few texts, and honest about none: 0 of 30 is up to 12 %.
 *
 * @param trials above 0
 */
public record Proportion(int successes, int trials, double share, double low, double high) {

    private static final double TAIL = 0.025;

    /** How many of the harmful, or of the harmless, texts were stopped; null without any. */
    static @Nullable Proportion ofStops(List<Outcome> outcomes, boolean harmful) {
        List<Outcome> trials = outcomes.stream()
                .filter(outcome -> outcome.harmful() == harmful)
                .toList();
        int stops = (int) trials.stream().filter(Outcome::stopped).count();
        return trials.isEmpty() ? null : of(stops, trials.size());
    }

    public static Proportion of(int successes, int trials) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException("proportion: " + successes + " of " + trials
                    + " (expected: at least one trial, and no more successes than trials)");
        }
        int failures = trials - successes;
        double low = successes == 0 ? 0 : IncompleteBeta.inverse(TAIL, successes, failures + 1);
        double high = failures == 0 ? 1 : IncompleteBeta.inverse(1 - TAIL, successes + 1, failures);
        return new Proportion(successes, trials, (double) successes / trials, low, high);
    }

    /** How likely at least so many successes are where the true share is {@code rate}, in (0, 1): an exact p-value. */
    double chanceAt(double rate) {
        return IncompleteBeta.binomialTail(successes, trials, rate);
    }
}
