package dev.weir.engine.learning;

import dev.weir.engine.decision.LogOdds;
import dev.weir.models.Vote;

/**
 * What a prediction costs once its label is known, in nats: ln(1 + e^z) for a harmless text and ln(1 + e^-z) for a harmful
 * one, of log-odds z. Convex in z, and so in the weights of a mixture of log-odds.
 */
public final class LogLoss {

    /** Log-odds reach this far either way, as votes do; so the loss is below {@code LIMIT + 0.001}. */
    public static final double LIMIT = Vote.logOdds(Byte.MAX_VALUE);

    private LogLoss() {}

    public static double of(double logOdds, boolean harmful) {
        double against = harmful ? -logOdds : logOdds;
        return Math.max(against, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(against)));
    }

    /** Its slope in the log-odds, p - y: within [-1, 1]. */
    static double slope(double logOdds, boolean harmful) {
        return LogOdds.toProbability(logOdds) - (harmful ? 1 : 0);
    }
}
