package dev.weir.engine.learning;

import java.util.List;

/**
 * How far learning may go by itself.
 *
 * @param everyLabels labels that count between two proposals; at least 1
 * @param step by which factor a weight may differ from its last version, either way; above 1
 * @param range by which factor a weight may differ from the configured one, either way; above 1
 * @param thresholdShift log-odds by which recalibrated thresholds may differ from the first ones; at least 0
 * @param labelsPerReviewer that count between two proposals; at least 1
 * @param labelsPerTenant that count between two proposals; at least 1
 */
public record CageSettings(
        int everyLabels, double step, double range, double thresholdShift, int labelsPerReviewer, int labelsPerTenant) {

    /** Adds what is out of range to {@code problems}, each with its key under {@code path}. */
    public void validate(String path, List<String> problems) {
        requireAtLeastOne(path + ".every-labels", everyLabels, problems);
        requireAtLeastOne(path + ".labels-per-reviewer", labelsPerReviewer, problems);
        requireAtLeastOne(path + ".labels-per-tenant", labelsPerTenant, problems);
        if (!(step > 1)) {
            problems.add(path + ".step: " + step + " (expected: above 1)");
        }
        if (!(range >= step)) {
            problems.add(path + ".range: " + range + " (expected: at least the step, " + step + ")");
        }
        if (!(thresholdShift >= 0)) {
            problems.add(path + ".threshold-shift: " + thresholdShift + " (expected: at least 0)");
        }
    }

    /**
     * How far a mixture's log-odds can be from those under the configured weights, whatever was learned.
     *
     * <p>With weights w_k m_k and m_k in [1/r, r], whoever is awake, the share of any set of experts that had share a
     * before is at most a r / (a r + (1 - a) / r), which exceeds a by at most (r - 1) / (r + 1), at a = 1 / (r + 1). The
     * mean of the votes moves by at most that share from the lowest to the highest of them. Both running means of a stop
     * rule are means of such mixtures, and move no further.
     *
     * @param spread between the lowest and the highest vote, in log-odds; at most twice {@link LogLoss#LIMIT}
     */
    public double mixtureBound(double spread) {
        return spread * (range - 1) / (range + 1);
    }

    /**
     * How far a running risk can be from that under the configured weights: log-odds that differ by d are probabilities
     * that differ by at most tanh(d/4), and a rule match only lessens that.
     *
     * @param replySpread the largest of the reply's tokens
     * @param promptSpread the same of the prompt's, 0 without one
     * @param carry what a prompt's log-odds add to the reply's, for each of its own
     */
    public double riskBound(double replySpread, double promptSpread, double carry) {
        return Math.tanh((mixtureBound(replySpread) + carry * mixtureBound(promptSpread)) / 4);
    }

    private static void requireAtLeastOne(String path, int value, List<String> problems) {
        if (value < 1) {
            problems.add(path + ": " + value + " (expected: >= 1)");
        }
    }
}
