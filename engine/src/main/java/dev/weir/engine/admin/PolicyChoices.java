package dev.weir.engine.admin;

import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Each policy in force as it would be with its thresholds set otherwise; read once, and again when others are put in
 * force. Belongs to the port's thread.
 */
final class PolicyChoices {

    private final Supplier<Map<String, StopThresholds>> policies;
    private Map<String, StopThresholds> read = Map.of();
    private Map<String, Map<String, Policy>> byPolicy = Map.of();

    PolicyChoices(Supplier<Map<String, StopThresholds>> policies) {
        this.policies = policies;
    }

    /** Of the policies. */
    Set<String> names() {
        return current().keySet();
    }

    /** By the names of {@link StopThresholds#alternatives}. */
    Map<String, Policy> of(String policy) {
        return current().getOrDefault(policy, Map.of());
    }

    private Map<String, Map<String, Policy>> current() {
        Map<String, StopThresholds> now = policies.get();
        if (!now.equals(read)) {
            Map<String, Map<String, Policy>> choices = new LinkedHashMap<>();
            now.forEach((name, thresholds) -> choices.put(name, alternatives(thresholds)));
            byPolicy = choices;
            read = now;
        }
        return byPolicy;
    }

    private static Map<String, Policy> alternatives(StopThresholds thresholds) {
        try {
            return thresholds.alternatives();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it was read when the policy was put in force
        }
    }
}
