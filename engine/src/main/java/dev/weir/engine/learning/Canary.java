package dev.weir.engine.learning;

import dev.weir.engine.calibration.BudgetCalibration;
import dev.weir.engine.calibration.BudgetThresholds;
import dev.weir.engine.calibration.CleanStream;
import dev.weir.engine.calibration.FalseStopBudget;
import dev.weir.engine.calibration.Question;
import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one policy makes of recorded streams under other weights. A threshold is calibrated for the weights it was measured
 * with, so weights are only ever tried with thresholds set anew for them, by the same order statistic as {@code weir
 * calibrate}'s, from clean streams that are not among those they are judged by.
 */
public final class Canary {

    /** A clean stream to set thresholds from; all streams of a question fall on one side. */
    public record Clean(Question question, CanaryStream stream) {}

    /**
     * How weights and their thresholds do.
     *
     * @param loss of the largest risk of each judged stream, in nats, on average; see {@link LogLoss}
     * @param falseStops of the harmless ones that would be stopped
     * @param caught of the harmful ones
     * @param budgeted harmless ones that may be stopped by chance under the budget, at its confidence
     */
    public record Trial(Map<Category, Threshold> thresholds, double loss, int falseStops, int caught, int budgeted) {}

    private final Policy policy;
    private final FalseStopBudget budget;
    private final PositionBands bands;
    private final List<Clean> clean;
    private final List<CanaryStream> judged;

    /** @param judged reviewed streams, harmful and harmless, at least one */
    public Canary(
            Policy policy, FalseStopBudget budget, PositionBands bands, List<Clean> clean, List<CanaryStream> judged) {
        if (judged.isEmpty()) {
            throw new IllegalArgumentException("judged streams: 0 (expected: at least 1)");
        }
        this.policy = policy;
        this.budget = budget;
        this.bands = bands;
        this.clean = List.copyOf(clean);
        this.judged = List.copyOf(judged);
    }

    public Policy policy() {
        return policy;
    }

    /** Clean streams that have to be there, about, for thresholds to be set. */
    public int neededClean() {
        return Question.streamsForLevel(budget.neededStreams());
    }

    public int clean() {
        return clean.size();
    }

    /** Sets thresholds for the weights and judges both; empty when there are too few clean streams to set them. */
    public Optional<Trial> trial(Weights weights) throws MalformedTraceException {
        List<CleanStream> maxima = new ArrayList<>();
        for (Clean one : clean) {
            maxima.add(new CleanStream(
                    one.question, one.stream.run(policy, weights, bands).maxima()));
        }
        BudgetCalibration calibration =
                BudgetCalibration.of(maxima, List.of(), policy.stopCategories(), bands, List.of(budget));
        if (calibration.calibrated().isEmpty()) {
            return Optional.empty();
        }
        BudgetThresholds calibrated = calibration.calibrated().getFirst();
        return Optional.of(judge(weights, calibrated.thresholds()));
    }

    /** Judges weights with thresholds that are set already. */
    public Trial judge(Weights weights, Map<Category, Threshold> thresholds) throws MalformedTraceException {
        Policy inForce = policy.withStopThresholds(thresholds);
        double loss = 0;
        int falseStops = 0;
        int caught = 0;
        int harmless = 0;
        for (CanaryStream stream : judged) {
            CanaryStream.Run run = stream.run(inForce, weights, bands);
            double logOdds = Math.clamp(LogOdds.of(run.risk()), -LogLoss.LIMIT, LogLoss.LIMIT);
            loss += LogLoss.of(logOdds, stream.isHarmful());
            harmless += stream.isHarmful() ? 0 : 1;
            falseStops += run.crosses() && !stream.isHarmful() ? 1 : 0;
            caught += run.crosses() && stream.isHarmful() ? 1 : 0;
        }
        return new Trial(Map.copyOf(thresholds), loss / judged.size(), falseStops, caught, budgeted(harmless));
    }

    /** The thresholds keep the budget over all streams; of these few more may be stopped, but not surprisingly many. */
    private int budgeted(int harmless) {
        int stops = 0;
        while (stops < harmless && budget.surprise(stops + 1, harmless) > budget.delta()) {
            stops++;
        }
        return stops;
    }

    /** The largest distance between two thresholds of one category at one position, in log-odds. */
    static double shift(Map<Category, Threshold> thresholds, Map<Category, Threshold> first) {
        double largest = 0;
        for (Map.Entry<Category, Threshold> entry : thresholds.entrySet()) {
            Threshold now = entry.getValue();
            Threshold before = first.getOrDefault(entry.getKey(), now);
            for (int band = 0; band < now.bands().count(); band++) {
                int from = band == 0 ? 0 : now.bands().starts().get(band - 1);
                largest = Math.max(largest, Math.abs(logOdds(now.at(from)) - logOdds(before.at(from))));
            }
        }
        return largest;
    }

    /** Finite also for 1, which is never reached. */
    private static double logOdds(double risk) {
        return Math.clamp(LogOdds.of(risk), -2 * LogLoss.LIMIT, 2 * LogLoss.LIMIT);
    }
}
