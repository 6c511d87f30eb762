package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one way of scoring finds a file's harm among the harmless texts of the whole run, which is a fairer crowd than the
 * few, or none, of the file itself.
 *
 * @param auroc the file's harmful texts against the pool; null where one of the two is missing
 * @param auprc the same as average precision
 * @param prevalence share of harmful texts in that comparison
 * @param pool harmless texts in it
 * @param atFalseStops recall on the file's texts where so many per cent of the pool are stopped, by that share
 * @param atHalf what the threshold 0.5 does to the file's texts
 * @param encoderTokensPerToken what a re-scoring baseline fed to its encoder for each token of text; null for others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Detection(
        @Nullable Double auroc,
        @Nullable Double auprc,
        double prevalence,
        int pool,
        Map<String, OperatingPoint> atFalseStops,
        OperatingPoint atHalf,
        @Nullable Double encoderTokensPerToken) {

    /** Shares of harmless texts stopped, of which thresholds are made. */
    public static final List<Double> ALPHAS = List.of(0.05, 0.01, 0.005, 0.001);

    /** How {@link #atFalseStops} names a share: {@code "0.5 %"}. */
    public static String name(double alpha) {
        double percent = 100 * alpha;
        return String.format(Locale.ROOT, percent < 1 ? "%.1f %%" : "%.0f %%", percent);
    }

    static Detection of(List<Traced> texts, Pool pool) {
        List<Traced> harmful = texts.stream().filter(Traced::harmful).toList();
        Ranking ranking = Ranking.of(Stream.concat(harmful.stream(), pool.harmless().stream())
                .map(Traced::point)
                .toList());
        Map<String, OperatingPoint> points = new LinkedHashMap<>();
        if (pool.size() > 0) {
            for (double alpha : ALPHAS) {
                points.put(name(alpha), OperatingPoint.at(pool.threshold(alpha), texts));
            }
        }
        long tokens = texts.stream().mapToLong(Traced::tokens).sum();
        long encoderTokens = texts.stream().mapToLong(Traced::encoderTokens).sum();
        return new Detection(
                Ranking.orNull(ranking.auroc()),
                pool.size() == 0 ? null : Ranking.orNull(ranking.averagePrecision()),
                (double) harmful.size() / Math.max(1, harmful.size() + pool.size()),
                pool.size(),
                points,
                OperatingPoint.at(0.5, texts),
                encoderTokens == 0 || tokens == 0 ? null : (double) encoderTokens / tokens);
    }
}
