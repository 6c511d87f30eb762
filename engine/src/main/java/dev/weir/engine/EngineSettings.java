package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weir.engine.batching.BatchingSettings;
import dev.weir.engine.decision.Policies;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.BreakerSettings;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.stream.StreamSettings;
import dev.weir.models.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything the engine reads from its configuration, checked together.
 *
 * @param models directory of expert folders
 * @param experts names of those to use; all must be there
 */
record EngineSettings(
        Path models,
        List<String> experts,
        Device device,
        StreamSettings stream,
        BatchingSettings batching,
        CascadeSettings cascade,
        BreakerSettings breaker,
        LedgerSettings ledger,
        Weights weights,
        String defaultPolicy,
        Map<String, Policy> policies) {

    /** @throws StartException with every problem at once */
    static EngineSettings from(Config root) throws StartException {
        List<String> problems = new ArrayList<>();
        try {
            Config weir = root.getConfig("weir");
            EngineSettings settings = new EngineSettings(
                    Path.of(weir.getString("models.directory")),
                    weir.getStringList("models.experts"),
                    device(weir.getString("models.device"), problems),
                    StreamSettings.from(weir.getConfig("stream"), problems),
                    BatchingSettings.from(weir.getConfig("batching"), problems),
                    CascadeSettings.from(weir.getConfig("cascade"), problems),
                    BreakerSettings.from(weir.getConfig("breaker"), problems),
                    LedgerSettings.from(weir.getConfig("ledger"), problems),
                    weights(weir.getConfig("ensemble.weights"), problems),
                    weir.getString("default-policy"),
                    Policies.from(weir.getConfig("policies"), weir.getConfig("policy-defaults"), problems));
            settings.checkNames(problems);
            if (problems.isEmpty()) {
                return settings;
            }
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        throw StartException.wrongSettings(problems);
    }

    private void checkNames(List<String> problems) {
        if (!policies.containsKey(defaultPolicy)) {
            problems.add("weir.default-policy: " + defaultPolicy + " (expected: one of weir.policies, "
                    + policies.keySet() + ")");
        }
        policies.forEach((name, policy) -> policy.requires().stream()
                .filter(expert -> !experts.contains(expert))
                .forEach(expert -> problems.add("weir.policies." + name + ".requires: " + expert
                        + " (expected: one of weir.models.experts, " + experts + ")")));
    }

    private static Device device(String name, List<String> problems) {
        for (Device device : Device.values()) {
            if (device.name().toLowerCase(Locale.ROOT).equals(name)) {
                return device;
            }
        }
        problems.add("weir.models.device: " + name + " (expected: auto, cpu or cuda)");
        return Device.CPU;
    }

    private static Weights weights(Config config, List<String> problems) {
        Map<String, Double> byExpert = new LinkedHashMap<>();
        for (String expert : config.root().keySet()) {
            double weight = config.getDouble(expert);
            if (!(weight > 0)) {
                problems.add("weir.ensemble.weights." + expert + ": " + weight + " (expected: above 0)");
            }
            byExpert.put(expert, weight);
        }
        return new Weights(1, byExpert);
    }
}
