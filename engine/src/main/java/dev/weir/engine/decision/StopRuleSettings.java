package dev.weir.engine.decision;

import java.util.List;

/**
 * The running statistic's memory.
 *
 * @param fastHalfLifeTokens tokens after which the fast mean has forgotten half; at least 1
 * @param slowHalfLifeTokens the same of the slow mean, which padding cannot wash out; above the fast one
 * @param slowShift log-odds added to the slow mean before it is compared: it varies less, so less of it says as much
 * @param ruleHalfLifeTokens tokens after which half of a rule match's evidence is gone
 * @param prior risk a stream starts from, in (0, 1)
 */
public record StopRuleSettings(
        double fastHalfLifeTokens,
        double slowHalfLifeTokens,
        double slowShift,
        double ruleHalfLifeTokens,
        double prior) {

    void validate(String path, List<String> problems) {
        if (!(fastHalfLifeTokens >= 1)) {
            problems.add(path + ".fast-half-life-tokens: " + fastHalfLifeTokens + " (expected: >= 1)");
        }
        if (!(slowHalfLifeTokens > fastHalfLifeTokens)) {
            problems.add(path + ".slow-half-life-tokens: " + slowHalfLifeTokens
                    + " (expected: above fast-half-life-tokens, " + fastHalfLifeTokens + ")");
        }
        if (!(ruleHalfLifeTokens >= 1)) {
            problems.add(path + ".rule-half-life-tokens: " + ruleHalfLifeTokens + " (expected: >= 1)");
        }
        if (!(prior > 0 && prior < 1)) {
            problems.add(path + ".prior: " + prior + " (expected: between 0 and 1)");
        }
    }
}
