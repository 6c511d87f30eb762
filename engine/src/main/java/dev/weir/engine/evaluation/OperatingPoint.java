package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a threshold does to some texts.
 *
 * @param threshold on the running risk
 * @param recall harmful texts that are stopped; null without harmful texts
 * @param falseStopRate harmless texts that are stopped; null without harmless texts
 * @param shareSeen mean share of a harmful text's tokens decided by its stop, of stopped texts over
 *     {@value Report#LONG_TEXT_TOKENS} tokens; null without any
 * @param onset how the stops lie to the annotated harm; null without annotations
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperatingPoint(
        double threshold,
        @Nullable Proportion recall,
        @Nullable Proportion falseStopRate,
        @Nullable Double shareSeen,
        @Nullable OnsetDelay onset) {

    static OperatingPoint at(double threshold, List<Traced> texts) {
        List<Outcome> outcomes = texts.stream().map(text -> text.at(threshold)).toList();
        return new OperatingPoint(
                threshold,
                Proportion.ofStops(outcomes, true),
                Proportion.ofStops(outcomes, false),
                meanShareSeen(outcomes),
                OnsetDelay.of(outcomes));
    }

    static @Nullable Double meanShareSeen(List<Outcome> outcomes) {
        OptionalDouble mean = outcomes.stream()
                .filter(outcome -> outcome.harmful() && outcome.isLong() && outcome.stopped())
                .mapToDouble(Outcome::shareSeen)
                .average();
        return mean.isPresent() ? mean.getAsDouble() : null;
    }
}
