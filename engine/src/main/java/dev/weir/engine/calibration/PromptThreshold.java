package dev.weir.engine.calibration;

import java.util.List;
import java.util.Optional;

/**
 * The risk from which a prompt is stopped so that one budget of clean prompts is kept; see {@link FalseStopBudget}.
 *
 * @param prompts clean ones: the n of the order statistic
 * @param order its k
 * @param stopAt the least number above the k-th smallest of their risks, in (0, 1]
 */
public record PromptThreshold(FalseStopBudget budget, int prompts, int order, double stopAt) {

    /**
     * @param risks largest of each clean prompt, in [0, 1)
     * @return nothing when they are too few for the budget
     */
    public static Optional<PromptThreshold> of(FalseStopBudget budget, List<Double> risks) {
        if (budget.order(risks.size()).isEmpty()) {
            return Optional.empty();
        }
        int order = budget.order(risks.size()).getAsInt();
        double highestKept =
                risks.stream().sorted().skip(order - 1L).findFirst().orElseThrow();
        return Optional.of(new PromptThreshold(budget, risks.size(), order, Math.min(1, Math.nextUp(highestKept))));
    }

    public boolean stops(double risk) {
        return risk >= stopAt;
    }
}
