package dev.weir.bench;

/**
 * Finds the largest load that a service still carries: in growing steps until it does not, then by halving what lies
 * between. Assumes that what fails once fails with more.
 */
final class Sweep {

    private static final double GROWTH = 1.6;
    /** The answer is this near to the truth, as a share of it. */
    private static final double RESOLUTION = 0.07;

    /** Tries a load. */
    interface Step {
        boolean holds(int streams) throws Exception;
    }

    private Sweep() {}

    /**
     * @param first where to begin, at least 1
     * @param most never more
     * @param steps at most so many tries
     * @return the largest that held; 0 when none did
     */
    static int highest(int first, int most, int steps, Step step) throws Exception {
        int held = 0;
        int failed = most + 1;
        int next = Math.min(first, most);
        for (int tried = 0; tried < steps && next > held && next < failed; tried++) {
            if (step.holds(next)) {
                held = next;
            } else {
                failed = next;
            }
            next = next(held, failed, most);
        }
        return held;
    }

    private static int next(int held, int failed, int most) {
        if (failed > most) {
            return Math.min(most, (int) Math.ceil(held * GROWTH));
        }
        if (held == 0) {
            return failed / 2;
        }
        return failed - held <= RESOLUTION * held ? held : (held + failed) / 2;
    }
}
