package dev.weir.engine.learning;

import java.util.List;

/**
 * How labels are learned from.
 *
 * @param maxImportance a label counts as at most so many: 1 over the smallest share of texts that is reviewed; at least 1
 * @param labelsToTrust with so many labels, a tenant's or category's own weights count half; above 0
 */
public record LearningSettings(double maxImportance, double labelsToTrust) {

    /** Adds what is out of range to {@code problems}, each with its key under {@code path}. */
    public void validate(String path, List<String> problems) {
        if (!(maxImportance >= 1)) {
            problems.add(path + ".max-importance: " + maxImportance + " (expected: >= 1)");
        }
        if (!(labelsToTrust > 0)) {
            problems.add(path + ".labels-to-trust: " + labelsToTrust + " (expected: above 0)");
        }
    }
}
