package dev.weir.engine.calibration;

import dev.weir.engine.decision.PositionBands;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One calibration: thresholds for every budget that the clean streams allow.
 *
 * @param shape streams that set how the thresholds relate
 * @param level other streams, that set how high they are
 * @param questions distinct ones that all of them answer
 * @param calibrated in the order asked for
 * @param refused budgets for which there were too few streams
 * @param prompts clean ones, of which no thresholds of a text are made
 * @param promptThresholds one a budget that these are enough for
 */
public record BudgetCalibration(
        int shape,
        int level,
        int questions,
        List<BudgetThresholds> calibrated,
        List<FalseStopBudget> refused,
        int prompts,
        List<PromptThreshold> promptThresholds) {

    /**
     * @param promptRisks the largest of each clean prompt
     * @param categories that can stop a stream
     */
    public static BudgetCalibration of(
            List<CleanStream> streams,
            List<Double> promptRisks,
            Set<Category> categories,
            PositionBands bands,
            List<FalseStopBudget> budgets) {
        List<StreamMaxima> shape = maxima(streams, true);
        List<StreamMaxima> level = maxima(streams, false);
        JointScale scale = JointScale.of(shape, categories, bands);
        List<BudgetThresholds> calibrated = new ArrayList<>();
        List<FalseStopBudget> refused = new ArrayList<>();
        for (FalseStopBudget budget : budgets) {
            BudgetThresholds.of(budget, scale, level).ifPresentOrElse(calibrated::add, () -> refused.add(budget));
        }
        int questions =
                (int) streams.stream().map(CleanStream::question).distinct().count();
        List<PromptThreshold> promptThresholds = budgets.stream()
                .flatMap(budget -> PromptThreshold.of(budget, promptRisks).stream())
                .toList();
        return new BudgetCalibration(
                shape.size(), level.size(), questions, calibrated, refused, promptRisks.size(), promptThresholds);
    }

    /**
     * As it is kept in a file.
     *
     * @param policy by name
     * @param date ISO 8601
     */
    public PolicyArtefact artefact(String policy, String date, PositionBands bands, MadeWith madeWith) {
        return new PolicyArtefact(
                PolicyArtefact.FORMAT,
                policy,
                date,
                FalseStopBudget.DELTA,
                new PolicyArtefact.Streams(shape, level, questions),
                bands.starts(),
                madeWith,
                calibrated.stream().map(PolicyArtefact.Calibrated::of).toList(),
                refused.stream()
                        .map(budget -> new PolicyArtefact.Refused(budget.alpha(), budget.neededStreams()))
                        .toList(),
                new PolicyArtefact.Prompts(
                        prompts,
                        promptThresholds.stream()
                                .map(found -> new PolicyArtefact.PromptLevel(
                                        found.budget().alpha(), found.order(), found.stopAt()))
                                .toList()));
    }

    private static List<StreamMaxima> maxima(List<CleanStream> streams, boolean shape) {
        return streams.stream()
                .filter(stream -> stream.question().setsShape() == shape)
                .map(CleanStream::maxima)
                .toList();
    }
}
