package dev.weir.models;

/**
 * One expert's say on one category at one offset: log-odds counted in sixteenths, in one signed byte.
 *
 * <p>Votes are quantised before anything is decided from them, so a recorded trace of bytes is not an approximation of
 * what was decided but the very numbers. A sixteenth of log-odds moves a probability by at most 0.016, and the range
 * of ±127/16 reaches from 0.00036 to 0.99964.
 */
public final class Vote {
    private static final double STEPS = 16;
    private static final double[] PROBABILITY = new double[256];

    static {
        for (int v = Byte.MIN_VALUE; v <= Byte.MAX_VALUE; v++) {
            PROBABILITY[v & 0xFF] = 1 / (1 + StrictMath.exp(-logOdds((byte) v)));
        }
    }

    private Vote() {}

    /**
     * The nearest sixteenth, ties upward, clamped to ±127/16.
     *
     * @param z log-odds; infinities are clamped
     * @throws IllegalArgumentException if {@code z} is not a number, for no vote says "I do not know"
     */
    public static byte ofLogOdds(double z) {
        if (Double.isNaN(z)) {
            throw new IllegalArgumentException("log-odds NaN (expected: a number)");
        }
        return (byte) Math.clamp(Math.round(z * STEPS), -127, 127);
    }

    /** The vote of a probability in [0, 1]; 0 and 1 give the ends of the range. */
    public static byte ofProbability(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("probability " + p + " (expected: in [0, 1])");
        }
        return ofLogOdds(StrictMath.log(p / (1 - p)));
    }

    /** Exact: v / 16. */
    public static double logOdds(byte v) {
        return v / STEPS;
    }

    /** The same bits on every machine. */
    public static double probability(byte v) {
        return PROBABILITY[v & 0xFF];
    }
}
