package dev.weir.engine.ensemble;

import dev.weir.models.Category;
import dev.weir.models.Vote;
import java.util.Arrays;

/**
 * The votes cast on one token, mixed: for each category the weighted mean of the log-odds of the experts that are awake
 * for it (a logarithmic opinion pool). An expert that did not vote is asleep and takes no part, as if its weight were
 * shared among the others.
 *
 * <p>The mean is of log-odds and not of probabilities because one expert that is sure there is no harm should be able to
 * outweigh one that takes fright: a mean of probabilities is hardly moved by the difference between 0.05 and 0.0005.
 *
 * <p>References: C. Genest, J. Zidek, "Combining probability distributions: a critique and an annotated bibliography",
 * Statistical Science 1 (1986), section 3; for the sleeping, Y. Freund, R. Schapire, Y. Singer, M. Warmuth, "Using and
 * combining predictors that specialize", STOC 1997, section 2.
 */
public final class Mixture {

    private final double[] weight = new double[Category.values().length];
    private final double[] weighted = new double[Category.values().length];
    private final double[] logOdds = new double[Category.values().length];

    public void clear() {
        Arrays.fill(weight, 0);
        Arrays.fill(weighted, 0);
    }

    /** @param expertWeight at least 0; at 0 the vote is that of a shadow, and counts for nothing */
    public void add(Category category, byte vote, double expertWeight) {
        weight[category.ordinal()] += expertWeight;
        weighted[category.ordinal()] += expertWeight * Vote.logOdds(vote);
    }

    /** Log-odds by {@link Category#ordinal()}, NaN where nobody that weighs anything voted; valid until the next call. */
    public double[] logOdds() {
        for (int category = 0; category < logOdds.length; category++) {
            logOdds[category] = weight[category] == 0 ? Double.NaN : weighted[category] / weight[category];
        }
        return logOdds;
    }
}
