package dev.weir.engine.decision;

/** Log-odds and back, the same bits on every machine, so that a recorded decision can be rebuilt on another. */
public final class LogOdds {

    private LogOdds() {}

    /** @param probability in (0, 1) */
    public static double of(double probability) {
        return StrictMath.log(probability / (1 - probability));
    }

    public static double toProbability(double logOdds) {
        return 1 / (1 + StrictMath.exp(-logOdds));
    }
}
