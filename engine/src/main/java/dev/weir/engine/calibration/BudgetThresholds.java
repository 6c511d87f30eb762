package dev.weir.engine.calibration;

import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stop thresholds that keep one budget.
 *
 * @param streams clean ones that set the level: the n of the order statistic
 * @param order its k
 * @param level the k-th smallest number of {@link JointScale#of}, in nats
 * @param levelStops of those streams, how many the thresholds stop; at most n - k
 */
public record BudgetThresholds(
        FalseStopBudget budget,
        int streams,
        int order,
        double level,
        int levelStops,
        Map<Category, Threshold> thresholds) {

    /**
     * @param streams clean ones, none of which set the scale
     * @return nothing when they are too few for the budget
     */
    public static Optional<BudgetThresholds> of(FalseStopBudget budget, JointScale scale, List<StreamMaxima> streams) {
        if (budget.order(streams.size()).isEmpty()) {
            return Optional.empty();
        }
        int order = budget.order(streams.size()).getAsInt();
        double level = streams.stream()
                .mapToDouble(scale::of)
                .sorted()
                .skip(order - 1L)
                .findFirst()
                .orElseThrow();
        Map<Category, Threshold> thresholds = scale.thresholds(level);
        int stops = (int)
                streams.stream().filter(stream -> stops(thresholds, stream)).count();
        return Optional.of(new BudgetThresholds(budget, streams.size(), order, level, stops, thresholds));
    }

    /** Whether a policy with these thresholds stops the stream somewhere. */
    public boolean stops(StreamMaxima stream) {
        return stops(thresholds, stream);
    }

    private static boolean stops(Map<Category, Threshold> thresholds, StreamMaxima stream) {
        return thresholds.entrySet().stream().anyMatch(entry -> stream.reaches(entry.getKey(), entry.getValue()));
    }
}
