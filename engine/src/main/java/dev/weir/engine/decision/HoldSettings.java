package dev.weir.engine.decision;

import java.util.List;

/**
 * How far gate mode keeps a risky text back.
 *
 * @param fromRisk risk in (0, 1) below which nothing is held
 * @param maxTokens tokens held when the risk is 1; at least 0
 */
public record HoldSettings(double fromRisk, int maxTokens) {

    void validate(String path, List<String> problems) {
        if (!(fromRisk > 0 && fromRisk < 1)) {
            problems.add(path + ".from-risk: " + fromRisk + " (expected: between 0 and 1)");
        }
        if (maxTokens < 0 || maxTokens > 1024) {
            problems.add(path + ".max-tokens: " + maxTokens + " (expected: 0 to 1024)");
        }
    }

    /** Tokens to hold at this risk: none below {@link #fromRisk()}, then in proportion. */
    int tokensAt(double risk) {
        return risk < fromRisk ? 0 : (int) Math.ceil(maxTokens * (risk - fromRisk) / (1 - fromRisk));
    }
}
