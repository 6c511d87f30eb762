package dev.weir.engine.adaptation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
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
        double alarmAt) {}
