package dev.weir.engine.decision;

/**
 * The running risk of one category in one stream: a pure function of the votes so far, in constant memory.
 *
 * <p>Two exponential means of the log-odds run side by side. The fast one forgets within a phrase, so that a stop comes
 * while the harm is being said; the slow one remembers paragraphs, so that harmless padding between harmful sentences
 * does not wash them out. The statistic is the larger of the fast mean and the slow mean shifted up. A lexicon match adds
 * its own evidence by noisy-or and fades with its own half-life.
 *
 * <p>The onset is Page's change-point estimate: where the sum of log-odds since its last return to zero began.
 *
 * <p>References: E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954), section 2; exponential means after
 * S. W. Roberts, "Control chart tests based on geometric moving averages", Technometrics 1 (1959).
 */
final class StopRule {

    private final StopRuleSettings settings;
    private final double fastKeep;
    private final double slowKeep;
    private final double ruleKeep;

    private double fast;
    private double slow;
    private double ruleProbability;
    private double sinceChange;
    private long onset;
    /** Kept because it is asked for more often than it changes. */
    private double risk;

    StopRule(StopRuleSettings settings) {
        this.settings = settings;
        this.fastKeep = StrictMath.pow(0.5, 1 / settings.fastHalfLifeTokens());
        this.slowKeep = StrictMath.pow(0.5, 1 / settings.slowHalfLifeTokens());
        this.ruleKeep = StrictMath.pow(0.5, 1 / settings.ruleHalfLifeTokens());
        this.fast = LogOdds.of(settings.prior());
        this.slow = fast;
        this.risk = riskOf(fast, slow, ruleProbability);
    }

    /**
     * One token's mixed vote.
     *
     * @param logOdds of the mixture at this token
     * @param start position where the token starts
     */
    void onToken(double logOdds, long start) {
        fast = fastKeep * fast + (1 - fastKeep) * logOdds;
        slow = slowKeep * slow + (1 - slowKeep) * logOdds;
        ruleProbability *= ruleKeep;
        if (sinceChange <= 0) {
            onset = start;
        }
        sinceChange = Math.max(0, sinceChange + logOdds);
        risk = riskOf(fast, slow, ruleProbability);
    }

    /** What {@link #risk()} would be after a token of these log-odds; changes nothing. */
    double riskAfter(double logOdds) {
        return riskOf(
                fastKeep * fast + (1 - fastKeep) * logOdds,
                slowKeep * slow + (1 - slowKeep) * logOdds,
                ruleProbability * ruleKeep);
    }

    /**
     * A lexicon match on this category.
     *
     * @param probability of harm, in [0, 1]
     */
    void onRule(double probability, long start) {
        if (sinceChange <= 0 || start < onset) {
            onset = start;
        }
        ruleProbability = Math.max(ruleProbability, probability);
        risk = riskOf(fast, slow, ruleProbability);
    }

    /** In [0, 1]. */
    double risk() {
        return risk;
    }

    /** Where the harm is estimated to have begun; meaningful while the risk is high. */
    long onset() {
        return onset;
    }

    private double riskOf(double fastMean, double slowMean, double ruleEvidence) {
        double statistic = LogOdds.toProbability(Math.max(fastMean, slowMean + settings.slowShift()));
        return 1 - (1 - statistic) * (1 - ruleEvidence);
    }
}
