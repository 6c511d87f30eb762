package dev.weir.engine.calibration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Strictness;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy with the stop thresholds in force, set in exactly one of four ways: typed, by a false-stop rate, by what
 * mistakes cost, or by a strictness.
 *
 * @param policy with its thresholds
 * @param promise what they rest on; null unless they were calibrated
 */
public record StopThresholds(Policy policy, @Nullable Promise promise) {

    /**
     * What calibrated thresholds rest on.
     *
     * @param path of the policy's settings
     * @param file it was read from
     * @param alpha the false-stop rate they keep
     * @param madeWith what the thresholds were calibrated with
     * @param uncovered categories that stop by a typed threshold, because they were not calibrated
     * @param acceptsOthers the operator takes thresholds calibrated with other experts as they are
     */
    record Promise(
            String path,
            String file,
            double alpha,
            MadeWith madeWith,
            Set<Category> uncovered,
            boolean acceptsOthers) {}

    /**
     * @param config one object a policy, by name
     * @param fallback what a policy leaves out
     * @param typed policies with typed thresholds, by name
     * @param problems given every fault, with its key
     */
    public static Map<String, StopThresholds> from(
            Config config, Config fallback, Map<String, Policy> typed, List<String> problems) {
        Map<String, StopThresholds> inForce = new LinkedHashMap<>();
        typed.forEach((name, policy) -> {
            Config own =
                    config.root().get(name) instanceof ConfigObject object ? object.toConfig() : ConfigFactory.empty();
            inForce.put(name, new ThresholdReader(policy, own, fallback, problems).read());
        });
        return inForce;
    }

    /** What the thresholds keep; empty unless they were calibrated. */
    public Optional<FalseStopBudget> budget() {
        return Optional.ofNullable(promise).map(made -> FalseStopBudget.of(made.alpha));
    }

    /** Adds how the experts and settings now differ from those the thresholds were calibrated with, unless that is accepted. */
    public void check(MadeWith now, List<String> problems) {
        if (promise != null && !promise.acceptsOthers) {
            promise.madeWith
                    .differences(now)
                    .forEach(difference -> problems.add(promise.path + ".stop-thresholds: " + difference + " in "
                            + promise.file
                            + " (expected: the same; run weir calibrate again, or set accept-other-experts = true)"));
        }
    }

    /**
     * The policy as it would be were its thresholds set otherwise: to the rates that its calibration knows, by rate, or to
     * each {@link Strictness} where they are not calibrated, by its name in lower case.
     *
     * @throws IOException when the calibration cannot be read any more
     */
    public Map<String, Policy> alternatives() throws IOException {
        Map<String, Policy> alternatives = new LinkedHashMap<>();
        if (promise == null) {
            for (Strictness strictness : Strictness.values()) {
                Map<Category, Threshold> shifted = new EnumMap<>(Category.class);
                policy.stopThresholds()
                        .forEach((category, threshold) -> shifted.put(category, strictness.shifted(threshold)));
                alternatives.put(strictness.name().toLowerCase(Locale.ROOT), policy.withStopThresholds(shifted));
            }
            return alternatives;
        }
        PolicyArtefact artefact = PolicyArtefact.read(Path.of(promise.file));
        for (double rate : artefact.alphas()) {
            Policy at = policy.withStopThresholds(artefact.thresholds(rate).orElseThrow());
            OptionalDouble promptStopAt = artefact.promptStopAt(rate);
            alternatives.put(
                    Double.toString(rate),
                    promptStopAt.isPresent() ? at.withPromptStopAt(promptStopAt.getAsDouble()) : at);
        }
        return alternatives;
    }

    /** What an operator should know about the promise; mostly nothing. */
    public Optional<String> note() {
        return Optional.ofNullable(promise)
                .filter(made -> !made.uncovered.isEmpty())
                .map(made -> made.path + ": not calibrated, so stopped by typed thresholds beside the false-stop rate: "
                        + String.join(
                                ", ",
                                made.uncovered.stream().map(Category::wireName).toList()));
    }
}
