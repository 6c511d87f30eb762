package dev.weir.engine.decision;

import java.util.List;

/**
 * What earlier replies of a conversation add to the next, so that harm that comes in small steps is seen. The log-odds
 * carried into a turn are a sum over the turns before it that forgets: each turn keeps {@code decay} of what was carried
 * into it, and adds {@code carry} of the log-odds by which its own largest risk exceeded {@code fromRisk}, less what was
 * carried into it, so that nothing feeds on itself. A turn below that adds nothing and takes nothing away but by the
 * decay, so harmless turns cannot buy a harmful one.
 *
 * @param fromRisk in (0, 1)
 * @param carry in [0, 1]; 0 carries nothing
 * @param decay in [0, 1)
 */
public record ConversationRule(double fromRisk, double carry, double decay) {

    /** No turn is surer than this. */
    private static final double MOST_RISK = 0.999;

    /**
     * What the next turn is read with.
     *
     * @param carried into this turn, log-odds, at least 0
     * @param maxRisk largest of this turn, in [0, 1]
     * @return log-odds, at least 0 and at most {@link #bound()}
     */
    public double after(double carried, double maxRisk) {
        double evidence = LogOdds.of(Math.min(maxRisk, MOST_RISK)) - carried - LogOdds.of(fromRisk);
        return decay * carried + carry * Math.max(0, evidence);
    }

    /** The most that is ever carried, in log-odds. */
    public double bound() {
        return carry * Math.max(0, LogOdds.of(MOST_RISK) - LogOdds.of(fromRisk)) / (1 - decay);
    }

    void validate(String path, List<String> problems) {
        if (!(fromRisk > 0 && fromRisk < 1)) {
            problems.add(path + ".from-risk: " + fromRisk + " (expected: above 0, below 1)");
        }
        if (!(carry >= 0 && carry <= 1)) {
            problems.add(path + ".carry: " + carry + " (expected: 0 to 1)");
        }
        if (!(decay >= 0 && decay < 1)) {
            problems.add(path + ".decay: " + decay + " (expected: 0 to below 1)");
        }
    }
}
