package dev.weir.bench;

import dev.weir.engine.learning.Cast;
import dev.weir.engine.learning.Learner;
import dev.weir.engine.learning.LogLoss;

/**
 * Exponential weights on the experts' own losses, the rate set by the mixability gap so far; of a fixed rate it is Hedge.
 * To compare with: it follows the best single expert, not the best mixture, and one that was best for long keeps its lead.
 *
 * <p>Reference: S. de Rooij, T. van Erven, P. Grunwald, W. Koolen, "Follow the leader if you can, hedge if you must",
 * Journal of Machine Learning Research 15 (2014), section 2.
 */
final class AdaHedge implements Learner {

    private final double[] losses;
    private final double fixedRate;
    private double gap;

    private AdaHedge(int experts, double fixedRate) {
        this.losses = new double[experts];
        this.fixedRate = fixedRate;
    }

    static AdaHedge adaptive(int experts) {
        return new AdaHedge(experts, Double.NaN);
    }

    /** With the rate that is best in the worst case for so many labels. */
    static AdaHedge hedge(int experts, int labels) {
        return new AdaHedge(experts, Math.sqrt(8 * Math.log(experts) / labels) / LogLoss.LIMIT);
    }

    @Override
    public double[] weights(double[] votes) {
        double rate = rate();
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < losses.length; k++) {
            least = Double.isNaN(votes[k]) ? least : Math.min(least, losses[k]);
        }
        double[] weights = new double[losses.length];
        for (int k = 0; k < losses.length; k++) {
            double behind = losses[k] - least;
            weights[k] = behind == 0 ? 1 : StrictMath.exp(-rate * behind);
        }
        return Learner.overAwake(weights, votes);
    }

    @Override
    public void learn(Cast cast, boolean harmful, double importance) {
        double rate = rate();
        double[] votes = new double[losses.length];
        for (int k = 0; k < losses.length; k++) {
            votes[k] = cast.vote(k);
        }
        double[] weights = weights(votes);
        double expected = 0;
        double mixed = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < losses.length; k++) {
            if (cast.isAwake(k)) {
                double loss = importance * LogLoss.of(cast.vote(k), harmful);
                expected += weights[k] * loss;
                mixed += weights[k] * StrictMath.exp(-rate * loss);
                least = weights[k] > 0 ? Math.min(least, loss) : least;
                losses[k] += loss;
            }
        }
        for (int k = 0; k < losses.length; k++) {
            losses[k] += cast.isAwake(k) ? 0 : expected; // as if it had lost what the mixture did
        }
        gap += Math.max(0, expected - (Double.isInfinite(rate) ? least : -StrictMath.log(mixed) / rate));
    }

    private double rate() {
        return Double.isNaN(fixedRate) ? StrictMath.log(losses.length) / gap : fixedRate;
    }
}
