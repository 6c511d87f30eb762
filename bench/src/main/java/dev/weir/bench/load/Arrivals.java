package dev.weir.bench.load;

import java.util.SplittableRandom;

/**
 * When a generator's tokens come: gaps are log-normal around their mean, and one gap in forty is a stall, after which
 * all that was due in it comes at once. Bursts take from the gaps around them, so the rate over a minute is the rate asked for.
 * Decided by the seed alone, never by what the server does.
 */
final class Arrivals {

    private static final double SPREAD = 0.35;
    private static final double STALLS = 1.0 / 40;
    private static final int SHORTEST_STALL = 3;
    private static final int LONGEST_STALL = 8;

    private final SplittableRandom random;
    private final double meanNanos;
    private int atOnce;

    /** @param rate tokens a second, above 0 */
    Arrivals(long seed, double rate) {
        this.random = new SplittableRandom(seed);
        this.meanNanos = 1e9 / rate;
    }

    /** From one token to the next; 0 inside a burst. */
    long nextGapNanos() {
        if (atOnce > 0) {
            atOnce--;
            return 0;
        }
        double gap = meanNanos * Math.exp(SPREAD * random.nextGaussian() - SPREAD * SPREAD / 2);
        if (random.nextDouble() < STALLS) {
            int tokens = random.nextInt(SHORTEST_STALL, LONGEST_STALL + 1);
            atOnce = tokens - 1;
            gap *= tokens;
        }
        return Math.round(gap);
    }
}
