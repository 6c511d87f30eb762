package dev.weir.bench;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.learning.Cast;
import dev.weir.engine.learning.Learner;
import dev.weir.engine.learning.LogLoss;

/**
 * Bernstein online aggregation on the linearised loss, with a rate for each expert; to compare with.
 *
 * <p>Reference: O. Wintenberger, "Optimal learning with Bernstein online aggregation", Machine Learning 106 (2017),
 * section 3.
 */
final class Boa implements Learner {

    private static final double SQUARES = 2.2;

    private final double[] squares;
    private final double[] gain;

    Boa(int experts) {
        this.squares = new double[experts];
        this.gain = new double[experts];
    }

    @Override
    public double[] weights(double[] votes) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < gain.length; k++) {
            highest = Double.isNaN(votes[k]) ? highest : Math.max(highest, rate(k) * gain[k]);
        }
        double[] weights = new double[gain.length];
        for (int k = 0; k < gain.length; k++) {
            weights[k] = Double.isNaN(votes[k]) ? 0 : rate(k) * StrictMath.exp(rate(k) * gain[k] - highest);
        }
        return Learner.overAwake(weights, votes);
    }

    @Override
    public void learn(Cast cast, boolean harmful, double importance) {
        double slope = importance * (LogOdds.toProbability(cast.mixed()) - (harmful ? 1 : 0)) / LogLoss.LIMIT;
        for (int k = 0; k < gain.length; k++) {
            if (cast.isAwake(k)) {
                double regret = slope * (cast.mixed() - cast.vote(k));
                squares[k] += SQUARES * regret * regret;
                gain[k] += regret - rate(k) * regret * regret;
            }
        }
    }

    private double rate(int expert) {
        return squares[expert] == 0 ? 1 : 1 / Math.sqrt(squares[expert]);
    }
}
