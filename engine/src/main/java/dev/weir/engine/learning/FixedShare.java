package dev.weir.engine.learning;

/**
 * Exponential weights on the linearised loss, a share of which flows back to where it started with each label, so that an
 * expert that was bad for long can be trusted again soon after it has become good. Without a share it is Hedge.
 *
 * <p>A sleeping expert keeps its weight, and those awake keep theirs together: they are weighed against each other only.
 *
 * <p>References: M. Herbster, M. Warmuth, "Tracking the best expert", Machine Learning 32 (1998), section 5; for the
 * sleeping, Y. Freund, R. Schapire, Y. Singer, M. Warmuth, "Using and combining predictors that specialize", STOC 1997.
 */
public final class FixedShare implements Learner {

    /** Less than this no weight becomes, so that the awake always weigh something. */
    private static final double LEAST = 1e-200;

    private final double[] start;
    private final double rate;
    private final double share;
    private final double[] weights;

    /**
     * @param start weights to begin with and to return to, above 0, adding up to 1
     * @param rate of learning, a nat of loss; 0 keeps the weights it started with
     * @param share of the weights that flows back with each label, in [0, 1)
     */
    public FixedShare(double[] start, double rate, double share) {
        this.start = start.clone();
        this.rate = rate;
        this.share = share;
        this.weights = start.clone();
    }

    @Override
    public double[] weights(double[] votes) {
        return Learner.overAwake(weights.clone(), votes);
    }

    @Override
    public void learn(Cast cast, boolean harmful, double importance) {
        double slope = importance * LogLoss.slope(cast.mixed(), harmful);
        double before = 0;
        double after = 0;
        for (int expert = 0; expert < weights.length; expert++) {
            if (cast.isAwake(expert)) {
                before += weights[expert];
                weights[expert] *= StrictMath.exp(rate * slope * (cast.mixed() - cast.vote(expert)));
                weights[expert] = Math.max(weights[expert], LEAST);
                after += weights[expert];
            }
        }
        for (int expert = 0; expert < weights.length; expert++) {
            double scale = cast.isAwake(expert) ? before / after : 1;
            weights[expert] = Math.max((1 - share) * weights[expert] * scale + share * start[expert], LEAST);
        }
    }
}
