package dev.weir.engine.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.engine.evaluation.Proportion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a calibrated threshold does to prompts that had no part in it.
 *
 * @param alpha the budget
 * @param falseStops of other clean prompts; null without any
 * @param cleanReplies clean replies whose prompt is stopped: rightly, mostly, for many are refusals
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PromptStops(double alpha, @Nullable Proportion falseStops, int cleanReplies) {

    /**
     * @param others largest risk of each clean prompt
     * @param answered the same of the prompts of clean replies
     */
    public static PromptStops of(PromptThreshold threshold, List<Double> others, List<Double> answered) {
        return new PromptStops(
                threshold.budget().alpha(),
                others.isEmpty() ? null : Proportion.of(count(threshold, others), others.size()),
                count(threshold, answered));
    }

    private static int count(PromptThreshold threshold, List<Double> risks) {
        return (int) risks.stream().filter(threshold::stops).count();
    }
}
