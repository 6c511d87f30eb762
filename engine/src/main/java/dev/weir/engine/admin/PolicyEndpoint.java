package dev.weir.engine.admin;

import dev.weir.engine.calibration.FalseStopBudget;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.HoldSettings;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PromptRule;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The policies in force, under the weights in force. Thread-safe. */
final class PolicyEndpoint {

    private final Supplier<Map<String, StopThresholds>> policies;
    private final Supplier<String> defaultPolicy;
    private final Supplier<EnsembleSnapshot> ensemble;
    private final PolicyChoices choices;

    record Shown(String defaultPolicy, List<ShownPolicy> policies) {}

    /**
     * A policy, for a reader.
     *
     * @param alpha false-stop rate that its thresholds keep; null where they are not calibrated
     * @param note what an operator should know of that promise
     * @param alternatives names of other settings of its thresholds, to be tried by a replay
     */
    record ShownPolicy(
            String name,
            String id,
            String mode,
            boolean failClosed,
            boolean stopUnknownLanguage,
            List<String> requires,
            @Nullable Double alpha,
            @Nullable Double confidence,
            @Nullable String note,
            Collection<String> alternatives,
            PromptRule prompt,
            HoldSettings hold,
            List<Rule> categories) {}

    /** @param positions one a threshold, such as {@code 0-63}, in tokens */
    record Rule(String category, String action, List<Double> thresholds, List<String> positions, double flagAt) {}

    PolicyEndpoint(
            Supplier<Map<String, StopThresholds>> policies,
            Supplier<String> defaultPolicy,
            Supplier<EnsembleSnapshot> ensemble,
            PolicyChoices choices) {
        this.policies = policies;
        this.choices = choices;
        this.defaultPolicy = defaultPolicy;
        this.ensemble = ensemble;
    }

    Answer show() {
        List<ShownPolicy> shown = new ArrayList<>();
        policies.get().values().forEach(thresholds -> shown.add(shown(thresholds)));
        return Answer.json(new Shown(defaultPolicy.get(), shown));
    }

    private ShownPolicy shown(StopThresholds thresholds) {
        Policy policy = ensemble.get().version().inForce(thresholds.policy());
        return new ShownPolicy(
                policy.name(),
                policy.id(),
                policy.mode().wireName(),
                policy.failClosed(),
                policy.stopUnknownLanguage(),
                policy.requires(),
                thresholds.budget().map(FalseStopBudget::alpha).orElse(null),
                thresholds.budget().map(budget -> 1 - budget.delta()).orElse(null),
                thresholds.note().orElse(null),
                choices.of(thresholds.policy().name()).keySet(),
                policy.prompt(),
                policy.hold(),
                policy.rules().entrySet().stream()
                        .sorted(Comparator.comparing(Map.Entry::getKey))
                        .map(rule -> new Rule(
                                rule.getKey().wireName(),
                                rule.getValue().action().name().toLowerCase(Locale.ROOT),
                                rule.getValue().threshold().risks(),
                                rule.getValue().threshold().bands().names(),
                                rule.getValue().flagAt()))
                        .toList());
    }
}
