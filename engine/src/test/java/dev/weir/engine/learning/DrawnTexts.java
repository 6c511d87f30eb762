package dev.weir.engine.learning;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/** Invented texts: every expert sees the label through noise, the first one well, the others hardly. */
record DrawnTexts(double[][] votes, boolean[] harmful) {

    static final int EXPERTS = 6;

    private record Waiting(Cast cast, boolean harmful) {}

    static DrawnTexts of(int texts, long seed) {
        Random random = new Random(seed);
        double[][] votes = new double[texts][EXPERTS];
        boolean[] harmful = new boolean[texts];
        for (int i = 0; i < texts; i++) {
            harmful[i] = random.nextInt(10) < 3;
            for (int k = 0; k < EXPERTS; k++) {
                double seen = (harmful[i] ? 1 : -1) * (k == 0 ? 1.2 : 0.4) + random.nextGaussian();
                votes[i][k] = 2.4 * seen - 0.85;
            }
        }
        return new DrawnTexts(votes, harmful);
    }

    /** The loss of each prediction, every label coming so many texts after its text. */
    double[] play(Learner learner, int delay) {
        Deque<Waiting> waiting = new ArrayDeque<>();
        double[] losses = new double[votes.length];
        for (int i = 0; i < votes.length; i++) {
            Cast cast = learner.cast(votes[i]);
            losses[i] = cast.loss(harmful[i]);
            waiting.add(new Waiting(cast, harmful[i]));
            if (waiting.size() > delay) {
                Waiting due = waiting.remove();
                learner.learn(due.cast, due.harmful, 1);
            }
        }
        return losses;
    }

    /** The loss of each prediction of the fixed mixture that loses least in all, found by exponentiated gradients. */
    double[] lossesOfTheBestMixture() {
        double[] weights = new double[EXPERTS];
        Arrays.fill(weights, 1.0 / EXPERTS);
        for (int step = 0; step < 60; step++) {
            double[] next = weights.clone();
            for (int i = 0; i < votes.length; i++) {
                double slope = LogLoss.slope(Cast.of(votes[i], weights).mixed(), harmful[i]);
                for (int k = 0; k < EXPERTS; k++) {
                    next[k] *= StrictMath.exp(-3 * slope * votes[i][k] / votes.length);
                }
            }
            weights = Learner.overAwake(next, votes[0]);
        }
        double[] losses = new double[votes.length];
        for (int i = 0; i < votes.length; i++) {
            losses[i] = Cast.of(votes[i], weights).loss(harmful[i]);
        }
        return losses;
    }
}
