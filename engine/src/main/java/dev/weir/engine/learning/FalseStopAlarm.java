package dev.weir.engine.learning;

/**
 * Says when so many streams were stopped wrongly that their rate has hardly stayed within the budget: the evidence
 * E &larr; max(1, E) (1 + l (X - alpha)), with X = 1 for a stream that was stopped and reviewed as harmless and 0 for any
 * other, alarms at A. While the rate is at most alpha, whatever it depends on, A or more streams pass on average before a
 * false alarm [1]: the expectation of E after n streams is at most n + 1 (each maximum adds at most 1), so the mean time
 * to an alarm is at least A.
 *
 * <p>A review of a stop that had probability q to be reviewed counts as 1/q; the bet l is lowered so that evidence stays
 * above 0.
 *
 * <p>[1] J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", New
 * England Journal of Statistics in Data Science 2 (2023), section 2.
 */
public final class FalseStopAlarm {

    private final double alpha;
    private final double bet;
    private final double alarmAt;
    private double evidence = 1;

    /**
     * @param alpha rate of false stops that is allowed, in (0, 0.5]
     * @param alarmAt streams on average between two false alarms, at least; above 1
     */
    public FalseStopAlarm(double alpha, double alarmAt) {
        this.alpha = alpha;
        this.alarmAt = alarmAt;
        this.bet =
                0.05 / alpha; // a stop multiplies the evidence by 6 at 1 %, a passing stream costs a twentieth of alpha
    }

    /** A stream was over and not stopped, or its stop was right. */
    public void passed() {
        grow(0);
    }

    /** The same of several streams, one after the other. */
    public void passed(long streams) {
        for (long left = streams; left > 0; left--) {
            boolean atRest = evidence <= 1;
            passed();
            if (atRest) {
                return; // more of them change nothing
            }
        }
    }

    /** @param probability with which a stop like this was to be reviewed, in (0, 1] */
    public void stoppedWrongly(double probability) {
        grow(1 / probability);
    }

    public double evidence() {
        return evidence;
    }

    /** Whether the budget is hardly kept. */
    public boolean sounds() {
        return evidence >= alarmAt;
    }

    /** Begins again, for other weights or thresholds. */
    public void reset() {
        evidence = 1;
    }

    private void grow(double falseStops) {
        evidence = Math.max(1, evidence) * (1 + bet * (falseStops - alpha));
    }
}
