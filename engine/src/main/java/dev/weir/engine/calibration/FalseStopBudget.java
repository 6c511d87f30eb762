package dev.weir.engine.calibration;

import dev.weir.engine.evaluation.IncompleteBeta;
import java.util.OptionalInt;

/**
 * At most this share of clean streams may be stopped, and this sure one wants to be of it.
 *
 * <p>The threshold is an order statistic of the largest statistic M of each of n clean streams. Stopping what exceeds the
 * k-th smallest M stops a share of all streams that is at most {@code alpha} unless fewer than k of the n lie below the
 * (1 - alpha)-quantile, and their number is binomial. So the smallest k with P(Bin(n, 1 - alpha) &gt;= k) &lt;= delta keeps the
 * budget in all but a share {@code delta} of calibrations, whatever the distribution of M: of any length, however
 * dependent inside a stream, over any number of categories and positions at once [1, 2]. It asks that the streams are
 * drawn independently of each other from what will be moderated.
 *
 * <p>[1] S. S. Wilks, "Determination of sample sizes for setting tolerance limits", Annals of Mathematical Statistics 12
 * (1941). [2] V. Vovk, "Conditional validity of inductive conformal predictors", Machine Learning 92 (2013), section 3.
 *
 * @param alpha share of clean streams, in (0, 0.5]
 * @param delta probability that a calibration breaks the promise, in (0, 0.5]
 */
public record FalseStopBudget(double alpha, double delta) {

    /** 95 % confidence. */
    public static final double DELTA = 0.05;

    public FalseStopBudget {
        requireShare("alpha", alpha);
        requireShare("delta", delta);
    }

    public static FalseStopBudget of(double alpha) {
        return new FalseStopBudget(alpha, DELTA);
    }

    /** The k of the order statistic among {@code streams}; none when there are fewer than {@link #neededStreams()}. */
    public OptionalInt order(int streams) {
        if (streams < neededStreams()) {
            return OptionalInt.empty();
        }
        int below = 0; // too small
        int order = streams; // small enough
        while (order - below > 1) {
            int middle = (below + order) >>> 1;
            if (IncompleteBeta.binomialTail(middle, streams, 1 - alpha) <= delta) {
                order = middle;
            } else {
                below = middle;
            }
        }
        return OptionalInt.of(order);
    }

    /** The fewest streams from which a threshold can be set: the n from which (1 - alpha)^n is at most delta. */
    public int neededStreams() {
        return (int) Math.ceil(Math.log(delta) / Math.log1p(-alpha));
    }

    /** P(Bin(trials, alpha) &gt;= stops): how surprising so many false stops would be if the budget were just kept. */
    public double surprise(int stops, int trials) {
        return IncompleteBeta.binomialTail(stops, trials, alpha);
    }

    private static void requireShare(String name, double share) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException(name + ": " + share + " (expected: above 0, at most 0.5)");
        }
    }
}
