package dev.weir.engine.admin;

import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Each policy in force as it would be with its thresholds set otherwise; read once. */
final class PolicyChoices {

    private final Map<String, Map<String, Policy>> byPolicy = new LinkedHashMap<>();

    PolicyChoices(Map<String, StopThresholds> policies) {
        policies.forEach((name, thresholds) -> {
            try {
                byPolicy.put(name, thresholds.alternatives());
            } catch (IOException e) {
                throw new UncheckedIOException(e); // it was read a moment ago
            }
        });
    }

    /** Of the policies. */
    Set<String> names() {
        return byPolicy.keySet();
    }

    /** By the names of {@link StopThresholds#alternatives}. */
    Map<String, Policy> of(String policy) {
        return byPolicy.getOrDefault(policy, Map.of());
    }
}
