package dev.weir.engine.calibration;

import java.util.Arrays;

/**
 * How rare a largest risk is among clean streams, in nats: minus the logarithm of the share of streams that reach it. On
 * this scale the categories of a policy can be compared, whatever each expert's notion of a high risk is.
 *
 * <p>Between quantiles that enough streams lie above, the scale is their straight line. Beyond them it rises by one nat for
 * each unit of log-odds, which is what calibrated risk promises: clean streams reach odds r times higher at most a share
 * 1/r as often (Ville's inequality for a likelihood ratio). Strictly ascending, so it can be read both ways. Where the
 * scale is wrong a budget is spent on the wrong category; it is kept all the same, because the level is set on other streams.
 */
final class TailScale {

    /** Shares above the quantiles used. */
    private static final double[] SHARES = {0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001};

    /** Streams above the rarest quantile used. */
    private static final int ENOUGH = 5;

    /** Quantiles nearer than this, in log-odds, are one. */
    private static final double APART = 1e-6;

    private final double[] logOdds;
    private final double[] nats;

    private TailScale(double[] logOdds, double[] nats) {
        this.logOdds = logOdds;
        this.nats = nats;
    }

    /** @param maxima log-odds, in any order; with none at all the scale is the log-odds themselves */
    static TailScale of(double[] maxima) {
        double[] sorted = maxima.clone();
        Arrays.sort(sorted);
        double[] logOdds = new double[SHARES.length];
        double[] nats = new double[SHARES.length];
        int knots = 0;
        for (double share : SHARES) {
            if (sorted.length * share < ENOUGH) {
                break;
            }
            double quantile = sorted[(int) Math.ceil(sorted.length * (1 - share)) - 1];
            if (knots == 0 || quantile > logOdds[knots - 1] + APART) {
                logOdds[knots] = quantile;
                nats[knots++] = -Math.log(share);
            }
        }
        return knots == 0
                ? new TailScale(new double[] {0}, new double[] {0})
                : new TailScale(Arrays.copyOf(logOdds, knots), Arrays.copyOf(nats, knots));
    }

    double natsOf(double atLogOdds) {
        return along(logOdds, nats, atLogOdds);
    }

    double logOddsOf(double atNats) {
        return along(nats, logOdds, atNats);
    }

    /** The line through the knots, of slope 1 outside them. */
    private static double along(double[] from, double[] to, double at) {
        int last = from.length - 1;
        if (at <= from[0]) {
            return to[0] + (at - from[0]);
        }
        if (at >= from[last]) {
            return to[last] + (at - from[last]);
        }
        int knot = 1;
        while (at > from[knot]) {
            knot++;
        }
        double share = (at - from[knot - 1]) / (from[knot] - from[knot - 1]);
        return to[knot - 1] + share * (to[knot] - to[knot - 1]);
    }
}
