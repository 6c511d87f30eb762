package dev.weir.engine.adaptation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.engine.learning.Canary;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What another weight for an expert changes on the reviewed streams, thresholds set anew for it.
 *
 * @param version that was published; null when it was only tried, or refused
 * @param refused why; null when it was not
 * @param policies by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PromotionReport(
        @Nullable Long version, @Nullable String refused, Map<String, Change> policies) {

    public record Change(Trial before, Trial after) {}

    /**
     * @param loss in nats a stream
     * @param falseStops harmless streams that are stopped
     * @param caught harmful ones
     */
    public record Trial(double loss, int falseStops, int caught) {

        static Trial of(Canary.Trial trial) {
            return new Trial(trial.loss(), trial.falseStops(), trial.caught());
        }
    }
}
