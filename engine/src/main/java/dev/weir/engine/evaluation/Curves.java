package dev.weir.engine.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run looks like drawn.
 *
 * @param roc recall over the share of harmless texts stopped
 * @param precisionRecall precision over recall
 * @param reliability neighbours in risk, in bins of equal mass
 * @param recallByShareSeen share of the harmful texts over {@value Report#LONG_TEXT_TOKENS} tokens that are stopped by the
 *     time a share of their tokens is seen, by the false stops allowed, as {@link Detection#name} says it
 * @param longHarmful how many such texts there are
 * @param falseStopsByThreshold share of harmless texts stopped over the threshold
 * @param recallByThreshold share of harmful texts stopped over the threshold
 */
public record Curves(
        Curve roc,
        Curve precisionRecall,
        List<CalibrationError.Bin> reliability,
        Map<String, Curve> recallByShareSeen,
        int longHarmful,
        Curve falseStopsByThreshold,
        Curve recallByThreshold) {

    /** Thresholds are tried at equal distances in log-odds, this far to both sides of one half. */
    private static final double LOG_ODDS_TO_EACH_SIDE = 6;

    private static final int THRESHOLDS = 240;

    /** @param texts at least one */
    public static Curves of(List<Judged> texts) {
        List<Traced> traced = texts.stream().map(Judged::traced).toList();
        List<Ranking.Point> points = traced.stream().map(Traced::point).toList();
        Ranking ranking = Ranking.of(points);
        Pool harmless = Pool.of(traced);
        List<Traced> longHarmful = traced.stream()
                .filter(text -> text.harmful() && text.tokens() > Report.LONG_TEXT_TOKENS)
                .toList();
        Map<String, Curve> recallByShareSeen = new LinkedHashMap<>();
        if (harmless.size() > 0 && !longHarmful.isEmpty()) {
            for (double alpha : Detection.ALPHAS) {
                recallByShareSeen.put(Detection.name(alpha), recallByShareSeen(longHarmful, harmless.threshold(alpha)));
            }
        }
        return new Curves(
                ranking.roc(),
                ranking.precisionRecall(),
                CalibrationError.bins(texts.stream().map(Judged::claim).toList()),
                recallByShareSeen,
                longHarmful.size(),
                byThreshold(risks(traced, false)),
                byThreshold(risks(traced, true)));
    }

    private static double[] risks(List<Traced> texts, boolean harmful) {
        return texts.stream()
                .filter(text -> text.harmful() == harmful)
                .mapToDouble(text -> text.risk().top())
                .sorted()
                .toArray();
    }

    private static Curve byThreshold(double[] risks) {
        Curve.Builder curve = new Curve.Builder();
        for (int i = 0; i <= THRESHOLDS && risks.length > 0; i++) {
            double logOdds = LOG_ODDS_TO_EACH_SIDE * (2.0 * i / THRESHOLDS - 1);
            double threshold = 1 / (1 + Math.exp(-logOdds));
            curve.addAlways(
                    threshold,
                    (double) Arrays.stream(risks)
                                    .filter(risk -> risk >= threshold)
                                    .count()
                            / risks.length);
        }
        return curve.build();
    }

    private static Curve recallByShareSeen(List<Traced> longHarmful, double threshold) {
        double[] shares = longHarmful.stream()
                .map(text -> text.at(threshold))
                .filter(Outcome::stopped)
                .mapToDouble(Outcome::shareSeen)
                .sorted()
                .toArray();
        Curve.Builder curve = new Curve.Builder();
        curve.add(0, 0);
        for (int i = 0; i < shares.length; i++) {
            curve.add(shares[i], (i + 1.0) / longHarmful.size());
        }
        curve.add(1, (double) shares.length / longHarmful.size());
        return curve.build();
    }
}
