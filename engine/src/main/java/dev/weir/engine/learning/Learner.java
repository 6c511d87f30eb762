package dev.weir.engine.learning;

/** Mixes the log-odds of a fixed list of experts with weights that it learns from labels. Not thread-safe. */
public interface Learner {

    /**
     * The weights now, which change nothing.
     *
     * @param votes log-odds in the order of the experts, NaN from who is asleep; at least one is awake
     * @return at least 0, adding up to 1; 0 for who is asleep
     */
    double[] weights(double[] votes);

    /** Mixes these votes with the weights now. */
    default Cast cast(double[] votes) {
        return Cast.of(votes, weights(votes));
    }

    /**
     * A label has come.
     *
     * @param cast what this learner made of the votes, when they came
     * @param importance 1 for a label that comes for certain; 1/q for one that a text like this had with probability q
     */
    void learn(Cast cast, boolean harmful, double importance);

    /** Scaled so that those of the awake add up to 1; 0 for who is asleep. Changes {@code weights}. */
    static double[] overAwake(double[] weights, double[] votes) {
        double awake = 0;
        for (int expert = 0; expert < votes.length; expert++) {
            weights[expert] = Double.isNaN(votes[expert]) ? 0 : weights[expert];
            awake += weights[expert];
        }
        if (!(awake > 0)) {
            throw new IllegalArgumentException("votes of " + votes.length + " experts (expected: at least one awake)");
        }
        for (int expert = 0; expert < votes.length; expert++) {
            weights[expert] /= awake;
        }
        return weights;
    }
}
