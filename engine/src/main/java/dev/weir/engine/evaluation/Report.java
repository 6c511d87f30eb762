package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one file of labelled texts says about a policy. A value that the file cannot give (AUROC of one class only, delay
 * without spans) is null.
 *
 * @param file its name; {@code total} for all files together
 * @param auprc average precision, to be read beside {@code prevalence}
 * @param f1 at the policy's threshold
 * @param recall harmful texts that were stopped
 * @param falseStopRate harmless texts that were stopped
 * @param shareSeenAtStop median share of a harmful text's tokens decided by its stop, of texts over
 *     {@value #LONG_TEXT_TOKENS} tokens
 * @param onsetDelay median code points from the start of the first annotated span to the stop; negative when the stop came
 *     before it
 * @param onsetError median code points from the start of the first annotated span to the estimated onset
 * @param lengths the same rates by final length, for reports only: no decision may know it
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
        @Nullable Double onsetDelay,
        @Nullable Double onsetError,
        double brier,
        double ece,
        Map<String, Rates> lengths) {

    static final int LONG_TEXT_TOKENS = 64;

    /** Final lengths in tokens, each band from the end of the one before it. */
    private static final int[] BANDS = {16, 64, 256, Integer.MAX_VALUE};

    /** @param rows in the band */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Rates(
            int rows, @Nullable Proportion recall, @Nullable Proportion falseStopRate) {}

    /** @param texts at least one */
    public static Report of(String file, List<Judged> texts) {
        List<Ranking.Point> points = texts.stream()
                .map(text -> new Ranking.Point(text.risk(), text.harmful()))
                .toList();
        Ranking ranking = Ranking.of(points);
        CalibrationError calibration = CalibrationError.of(points);
        int positives = count(texts, Judged::harmful);
        List<Judged> stoppedHarm =
                texts.stream().filter(text -> text.harmful() && text.stopped()).toList();
        List<Judged> stoppedSpans =
                stoppedHarm.stream().filter(text -> text.spanStart() >= 0).toList();
        return new Report(
                file,
                texts.size(),
                positives,
                (double) positives / texts.size(),
                orNull(ranking.auroc()),
                orNull(ranking.averagePrecision()),
                f1(texts, positives),
                stopRate(texts, Judged::harmful),
                stopRate(texts, text -> !text.harmful()),
                median(stoppedHarm.stream()
                        .filter(text -> text.tokens() > LONG_TEXT_TOKENS)
                        .mapToDouble(text -> (double) text.stopToken() / text.tokens())
                        .toArray()),
                median(stoppedSpans.stream()
                        .mapToDouble(text -> text.stopAt() - text.spanStart())
                        .toArray()),
                median(stoppedSpans.stream()
                        .mapToDouble(text -> text.stopOnset() - text.spanStart())
                        .toArray()),
                calibration.brier(),
                calibration.ece(),
                lengths(texts));
    }

    /** 2 TP / (2 TP + FP + FN). */
    private static @Nullable Double f1(List<Judged> texts, int positives) {
        int hits = count(texts, text -> text.harmful() && text.stopped());
        int stops = count(texts, Judged::stopped);
        return positives == 0 ? null : 2.0 * hits / (stops + positives);
    }

    private static @Nullable Proportion stopRate(List<Judged> texts, Predicate<Judged> among) {
        int trials = count(texts, among);
        return trials == 0 ? null : Proportion.of(count(texts, among.and(Judged::stopped)), trials);
    }

    private static Map<String, Rates> lengths(List<Judged> texts) {
        Map<String, Rates> lengths = new LinkedHashMap<>();
        int from = 0;
        for (int to : BANDS) {
            int above = from;
            List<Judged> band = texts.stream()
                    .filter(text -> text.tokens() > above && text.tokens() <= to)
                    .toList();
            if (!band.isEmpty()) {
                String name = to == Integer.MAX_VALUE ? "over " + above : (above + 1) + "-" + to;
                lengths.put(
                        name,
                        new Rates(
                                band.size(), stopRate(band, Judged::harmful), stopRate(band, text -> !text.harmful())));
            }
            from = to;
        }
        return lengths;
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

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
