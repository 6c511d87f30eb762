package dev.weir.engine.evaluation;

/**
 * A share seen in a sample, with its exact (Clopper-Pearson) 95 % interval: whatever the true share, at least 95 of 100
 * such samples give an interval that holds it. Wide on few texts, and honest about none: 0 of 30 is up to 12 %.
 *
 * @param trials above 0
 */
public record Proportion(int successes, int trials, double share, double low, double high) {

    private static final double TAIL = 0.025;

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
}
