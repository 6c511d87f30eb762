package dev.weir.engine.decision;

import dev.weir.protocol.Action;
import java.util.List;

/**
 * What a policy does about one category.
 *
 * @param action taken when the risk reaches {@code threshold}; on a structured secret, which is certain, at once
 * @param threshold calibrated risk, by the position reached
 * @param flagAt calibrated risk in (0, 1] from which the category is reported whatever {@code action} is
 */
public record CategoryRule(Action action, Threshold threshold, double flagAt) {

    static final CategoryRule IGNORED = new CategoryRule(Action.PASS, 1, 1);

    /** @param threshold calibrated risk in (0, 1], the same at every position */
    public CategoryRule(Action action, double threshold, double flagAt) {
        this(action, Threshold.constant(threshold), flagAt);
    }

    CategoryRule withThreshold(Threshold other) {
        return new CategoryRule(action, other, flagAt);
    }

    void validate(String path, List<String> problems) {
        if (!threshold.isValid()) {
            problems.add(path + ".threshold: " + threshold.at(0) + " (expected: above 0, at most 1)");
        }
        if (!(flagAt > 0 && flagAt <= 1)) {
            problems.add(path + ".flag-at: " + flagAt + " (expected: above 0, at most 1)");
        }
    }
}
