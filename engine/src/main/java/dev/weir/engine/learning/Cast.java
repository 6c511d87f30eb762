package dev.weir.engine.learning;

import java.util.List;

/**
 * What experts said about one category of one text, and what a learner made of it at that moment. A label may come much
 * later; it is then applied to this, and not to what the learner would say by then. Immutable.
 */
public final class Cast {

    private final double[] votes;
    private final double mixed;
    private final List<Cast> copies;
    private final double[] learned;

    private Cast(double[] votes, double mixed, List<Cast> copies, double[] learned) {
        this.votes = votes;
        this.mixed = mixed;
        this.copies = copies;
        this.learned = learned;
    }

    /**
     * @param votes log-odds in the order of the experts, clipped here to {@link LogLoss#LIMIT}; NaN from who is asleep
     * @param weights of the same experts, any finite number for who is asleep; those of the awake add up to 1
     */
    public static Cast of(double[] votes, double[] weights) {
        return of(votes, weights, List.of(), new double[0]);
    }

    /**
     * @param copies what the learners inside the learner made of the same votes
     * @param learned the learner's sums of regrets at this moment
     */
    static Cast of(double[] votes, double[] weights, List<Cast> copies, double[] learned) {
        double[] clipped = new double[votes.length];
        double mixed = 0;
        for (int expert = 0; expert < votes.length; expert++) {
            clipped[expert] = clip(votes[expert]);
            mixed += Double.isNaN(votes[expert]) ? 0 : weights[expert] * clipped[expert];
        }
        return new Cast(clipped, clip(mixed), copies, learned);
    }

    private static double clip(double logOdds) {
        return Double.isNaN(logOdds) ? Double.NaN : Math.clamp(logOdds, -LogLoss.LIMIT, LogLoss.LIMIT);
    }

    /** The mixture's log-odds. */
    public double mixed() {
        return mixed;
    }

    public int experts() {
        return votes.length;
    }

    /** One expert's log-odds; NaN when it was asleep. */
    public double vote(int expert) {
        return votes[expert];
    }

    public boolean isAwake(int expert) {
        return !Double.isNaN(votes[expert]);
    }

    Cast copy(int copy) {
        return copies.get(copy);
    }

    double learned(int adviser) {
        return learned[adviser];
    }

    /** What the prediction costs, in nats. */
    public double loss(boolean harmful) {
        return LogLoss.of(mixed, harmful);
    }
}
