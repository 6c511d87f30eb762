package dev.weir.engine.ensemble;

import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
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
 * @param basis tells apart what this was learned on top of: experts, policies and configured weights; beside others it
 *     means nothing
 */
public record WeightsVersion(
        Weights weights, Map<String, Map<Category, Threshold>> thresholds, long restores, String why, String basis) {

    public WeightsVersion {
        thresholds = Map.copyOf(thresholds);
    }

    /** Weights as they are set, beside thresholds as they are set. */
    public static WeightsVersion configured(Weights weights, String basis) {
        return new WeightsVersion(weights, Map.of(), 0, "configured", basis);
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
    public WeightsVersion again(long number, String reason) {
        Weights same = new Weights(number, weights.byExpert(), weights.byCategory(), weights.byTenant());
        return new WeightsVersion(same, thresholds, number(), reason, basis);
    }
}
