package dev.weir.engine.learning;

import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import java.util.Map;

/**
 * Weights as they were published, with the thresholds that keep the budgets of the policies under them: one is nothing
 * without the other. Immutable.
 *
 * @param weights with the version's number
 * @param thresholds recalibrated for these weights, by the policy's name; a policy that is not named keeps its own
 * @param restores the version whose weights and thresholds these are again; 0 when they are new
 * @param why in one sentence
 */
public record WeightsVersion(
        Weights weights, Map<String, Map<Category, Threshold>> thresholds, long restores, String why) {

    public WeightsVersion {
        thresholds = Map.copyOf(thresholds);
    }

    public long number() {
        return weights.version();
    }

    /** The policy as it decides beside these weights. */
    public Policy inForce(Policy policy) {
        Map<Category, Threshold> recalibrated = thresholds.get(policy.name());
        return recalibrated == null ? policy : policy.withStopThresholds(recalibrated);
    }

    /** The same again, as a version of its own. */
    WeightsVersion again(long number, String reason) {
        Weights same = new Weights(number, weights.byExpert(), weights.byCategory(), weights.byTenant());
        return new WeightsVersion(same, thresholds, number(), reason);
    }
}
