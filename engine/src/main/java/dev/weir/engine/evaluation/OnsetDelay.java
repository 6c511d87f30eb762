package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How stops lie to the start of the first annotated harm. A stop before it was right by luck at best: it came from text
 * that was still innocent, so it counts as an error and not as a fast one.
 *
 * @param texts harmful, with annotated spans
 * @param early those stopped before the token the harm starts in
 * @param missed those never stopped
 * @param medianTokens median signed delay of all stops, in tokens; 0 is a stop by the token the harm starts in
 * @param medianLateTokens the same of the stops that were not early; null without any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OnsetDelay(
        int texts,
        Proportion early,
        Proportion missed,
        @Nullable Double medianTokens,
        @Nullable Double medianLateTokens) {

    /** Null where no harmful text is annotated. */
    static @Nullable OnsetDelay of(List<Outcome> outcomes) {
        List<Outcome> annotated = outcomes.stream()
                .filter(outcome -> outcome.harmful() && outcome.onsetToken() > 0)
                .toList();
        if (annotated.isEmpty()) {
            return null;
        }
        double[] delays = annotated.stream()
                .filter(Outcome::stopped)
                .mapToDouble(outcome -> outcome.stopToken() - outcome.onsetToken())
                .toArray();
        double[] late = Arrays.stream(delays).filter(delay -> delay >= 0).toArray();
        return new OnsetDelay(
                annotated.size(),
                Proportion.of(delays.length - late.length, annotated.size()),
                Proportion.of(annotated.size() - delays.length, annotated.size()),
                Report.median(delays),
                Report.median(late));
    }
}
