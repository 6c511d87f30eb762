package dev.weir.engine.adaptation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.models.Category;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the weights are and how learning stands.
 *
 * @param version in force
 * @param restores the version whose weights these are again; 0 when they are new
 * @param frozen nothing learned is published
 * @param labels learned from since the ledger began
 * @param ignored labels without effect: beyond what one reviewer or tenant may say, or of votes that are not recorded
 * @param labelsToGo until the next proposal
 * @param lastProposal what became of it; null before the first
 * @param configured weights, by expert
 * @param learned weights in force in place of those, by category and expert
 * @param tenants the same that hold for one tenant only, by tenant
 * @param alarms evidence that a policy stops too many wrongly, by policy
 * @param alarmAt evidence at which the version before is put back
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WeightsReport(
        long version,
        String why,
        long restores,
        boolean frozen,
        long labels,
        long ignored,
        int labelsToGo,
        @Nullable String lastProposal,
        Map<String, Double> configured,
        Map<String, Map<String, Double>> learned,
        Map<String, Map<String, Map<String, Double>>> tenants,
        Map<String, Double> alarms,
        double alarmAt) {

    static WeightsReport of(
            WeightsVersion inForce,
            boolean frozen,
            long labels,
            long ignored,
            int labelsToGo,
            @Nullable String lastProposal,
            Map<String, Double> alarms,
            double alarmAt) {
        Weights weights = inForce.weights();
        Map<String, Map<String, Map<String, Double>>> tenants = new TreeMap<>();
        weights.byTenant().forEach((tenant, categories) -> tenants.put(tenant, named(categories)));
        return new WeightsReport(
                inForce.number(),
                inForce.why(),
                inForce.restores(),
                frozen,
                labels,
                ignored,
                labelsToGo,
                lastProposal,
                weights.byExpert(),
                named(weights.byCategory()),
                tenants,
                alarms,
                alarmAt);
    }

    private static Map<String, Map<String, Double>> named(Map<Category, Map<String, Double>> categories) {
        Map<String, Map<String, Double>> named = new LinkedHashMap<>();
        categories.forEach((category, byExpert) -> named.put(category.wireName(), byExpert));
        return named;
    }
}
