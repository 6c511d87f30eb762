package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one file of labelled texts says about a policy. A value that the file cannot give (AUROC of one class only, delay
 * without spans) is null.
 *
 * @param file its name; {@code total} for all files together
 * @param auprc average precision, to be read beside {@code prevalence}
 * @param f1 at the policy's thresholds
 * @param recall harmful texts that were stopped
 * @param falseStopRate harmless texts that were stopped
 * @param shareSeenAtStop median share of a harmful text's tokens decided by its stop, of texts over
 *     {@value #LONG_TEXT_TOKENS} tokens
 * @param meanShareSeenAtStop the same as a mean
 * @param onset how the stops lie to the annotated harm, in tokens
 * @param onsetDelay median code points from the start of the first annotated span to the stop; negative when the stop came
 *     before it
 * @param onsetError median code points from the start of the first annotated span to the estimated onset
 * @param pooled the file's harmful texts against the harmless texts of all files that hold the same roles
 * @param lengths the rates by final length, for reports only: no decision may know it; prompts have none
 * @param categories by kind of harm, where rows name kinds
 * @param baselines other ways of scoring the same texts, by name, each against the same pool
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        String file,
        int rows,
        int positives,
        double prevalence,
        @Nullable Double auroc,
        @Nullable Double auprc,
        @Nullable Double f1,
        @Nullable Proportion recall,
        @Nullable Proportion falseStopRate,
        @Nullable Double shareSeenAtStop,
        @Nullable Double meanShareSeenAtStop,
        @Nullable OnsetDelay onset,
        @Nullable Double onsetDelay,
        @Nullable Double onsetError,
        double brier,
        double ece,
        Detection pooled,
        Map<String, LengthBand> lengths,
        Map<String, CategoryReport> categories,
        Map<String, Detection> baselines) {

    static final int LONG_TEXT_TOKENS = 64;

    /**
     * @param texts at least one
     * @param run the texts of all files, these among them
     */
    public static Report of(String file, List<Judged> texts, List<Judged> run) {
        List<Ranking.Point> points =
                texts.stream().map(text -> text.traced().point()).toList();
        Ranking ranking = Ranking.of(points);
        CalibrationError calibration =
                CalibrationError.of(texts.stream().map(Judged::claim).toList());
        int positives = count(texts, Judged::harmful);
        List<Outcome> outcomes = texts.stream().map(Judged::outcome).toList();
        List<Judged> pool = poolOf(texts, run);
        return new Report(
                file,
                texts.size(),
                positives,
                (double) positives / texts.size(),
                Ranking.orNull(ranking.auroc()),
                Ranking.orNull(ranking.averagePrecision()),
                f1(texts, positives),
                Proportion.ofStops(outcomes, true),
                Proportion.ofStops(outcomes, false),
                median(outcomes.stream()
                        .filter(outcome -> outcome.harmful() && outcome.isLong() && outcome.stopped())
                        .mapToDouble(Outcome::shareSeen)
                        .toArray()),
                OperatingPoint.meanShareSeen(outcomes),
                OnsetDelay.of(outcomes),
                medianFromSpan(texts, Judged.Stop::at),
                medianFromSpan(texts, Judged.Stop::onset),
                calibration.brier(),
                calibration.ece(),
                detection(texts, pool, Judged::traced),
                LengthBand.of(texts),
                CategoryReport.of(texts, pool),
                baselines(texts, pool));
    }

    /** The harmless texts of the run in the roles that these texts have. */
    private static List<Judged> poolOf(List<Judged> texts, List<Judged> run) {
        Set<String> roles = texts.stream().map(text -> text.row().role()).collect(Collectors.toSet());
        return run.stream()
                .filter(text -> !text.harmful() && roles.contains(text.row().role()))
                .toList();
    }

    /** Of the texts that were scored in other ways too; prompts are not. */
    private static Map<String, Detection> baselines(List<Judged> texts, List<Judged> pool) {
        List<Judged> scored = texts.stream().filter(Report::hasBaselines).toList();
        List<Judged> scoredPool = pool.stream().filter(Report::hasBaselines).toList();
        Map<String, Detection> baselines = new LinkedHashMap<>();
        if (!scored.isEmpty()) {
            for (String name : scored.getFirst().baselines().keySet()) {
                baselines.put(name, detection(scored, scoredPool, text -> text.traced(name)));
            }
        }
        return baselines;
    }

    private static boolean hasBaselines(Judged text) {
        return !text.baselines().isEmpty();
    }

    private static Detection detection(List<Judged> texts, List<Judged> pool, Function<Judged, Traced> scored) {
        return Detection.of(
                texts.stream().map(scored).toList(),
                Pool.of(pool.stream().map(scored).toList()));
    }

    private static @Nullable Double medianFromSpan(List<Judged> texts, ToIntFunction<Judged.Stop> at) {
        List<Double> distances = new ArrayList<>();
        for (Judged text : texts) {
            Judged.Stop stop = text.stop();
            if (text.harmful() && stop != null && text.row().spanStart() >= 0) {
                distances.add((double) at.applyAsInt(stop) - text.row().spanStart());
            }
        }
        return median(distances.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** 2 TP / (2 TP + FP + FN). */
    private static @Nullable Double f1(List<Judged> texts, int positives) {
        int hits = count(texts, text -> text.harmful() && text.stopped());
        int stops = count(texts, Judged::stopped);
        return positives == 0 ? null : 2.0 * hits / (stops + positives);
    }

    static @Nullable Double median(double[] values) {
        if (values.length == 0) {
            return null;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static int count(List<Judged> texts, Predicate<Judged> among) {
        return (int) texts.stream().filter(among).count();
    }
}
