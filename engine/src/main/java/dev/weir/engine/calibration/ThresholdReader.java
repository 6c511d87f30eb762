package dev.weir.engine.calibration;

import com.typesafe.config.Config;
import dev.weir.engine.decision.CategoryRule;
import dev.weir.engine.decision.CostSettings;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Strictness;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads how one policy wants its stop thresholds set, and sets them. */
final class ThresholdReader {

    private enum Way {
        TYPED,
        FALSE_STOP_RATE,
        COST,
        STRICTNESS
    }

    private final Policy typed;
    private final String path;
    private final Config own;
    private final Config settings;
    private final List<String> problems;

    /**
     * @param typed the policy with typed thresholds
     * @param own its settings, without what it inherits
     * @param fallback what it inherits
     * @param problems given every fault, with its key
     */
    ThresholdReader(Policy typed, Config own, Config fallback, List<String> problems) {
        this.typed = typed;
        this.path = "weir.policies." + typed.name();
        this.own = own;
        this.settings = own.withFallback(fallback).getConfig("stop-thresholds");
        this.problems = problems;
    }

    /** The policy as it is when there are problems. */
    StopThresholds read() {
        Optional<Way> way = constant(Way.values(), "by");
        Optional<Strictness> strictness = constant(Strictness.values(), "strictness");
        CostSettings cost = CostSettings.from(settings.getConfig("cost"), path + ".stop-thresholds.cost", problems);
        if (way.isEmpty() || strictness.isEmpty() || contradicts(way.get())) {
            return unchanged();
        }
        return switch (way.get()) {
            case TYPED -> unchanged();
            case COST -> new StopThresholds(with(each((category, rule) -> cost.threshold(category))), null);
            case FALSE_STOP_RATE -> calibrated(settings.getDouble("false-stop-rate"));
            case STRICTNESS ->
                file().isEmpty()
                        ? shifted(strictness.get())
                        : calibrated(strictness.get().falseStopRate());
        };
    }

    /** What is said for this policy alone must belong to the way in force; what it inherits need not. */
    private boolean contradicts(Way way) {
        int before = problems.size();
        for (Way other : Way.values()) {
            if (other != way && own.hasPath("stop-thresholds." + wireName(other))) {
                contradiction("stop-thresholds." + wireName(other), way);
            }
        }
        if ((way == Way.TYPED || way == Way.COST) && own.hasPath("stop-thresholds.calibration")) {
            contradiction("stop-thresholds.calibration", way);
        }
        return problems.size() > before;
    }

    private void contradiction(String key, Way way) {
        problems.add(path + "." + key + " beside stop-thresholds.by = " + wireName(way)
                + " (expected: one way of setting the thresholds)");
    }

    private StopThresholds unchanged() {
        return new StopThresholds(typed, null);
    }

    private StopThresholds shifted(Strictness strictness) {
        return new StopThresholds(
                typed.withStopThresholds(each((category, rule) -> strictness.shifted(rule.threshold()))), null);
    }

    private StopThresholds calibrated(double rate) {
        try {
            PolicyArtefact artefact = PolicyArtefact.read(Path.of(file()));
            Optional<Map<Category, Threshold>> thresholds = artefact.thresholds(rate);
            if (thresholds.isEmpty()) {
                problems.add(path + ".stop-thresholds: a false-stop rate of " + rate + " (expected: one of "
                        + artefact.alphas() + ", which " + file() + " was calibrated for" + tooFew(artefact, rate)
                        + ")");
                return unchanged();
            }
            return new StopThresholds(
                    withPrompts(with(thresholds.get()), artefact.promptStopAt(rate)),
                    promise(artefact, rate, thresholds.get()));
        } catch (IOException e) {
            problems.add(path + ".stop-thresholds.calibration: " + e.getMessage());
            return unchanged();
        }
    }

    private static String tooFew(PolicyArtefact artefact, double rate) {
        return artefact.neededStreams(rate)
                .map(needed -> "; this one needs " + needed + " clean streams to set its level, and there were "
                        + artefact.streams().level())
                .orElse("");
    }

    private StopThresholds.Promise promise(PolicyArtefact artefact, double rate, Map<Category, Threshold> thresholds) {
        Set<Category> uncovered = EnumSet.noneOf(Category.class);
        uncovered.addAll(typed.stopCategories());
        uncovered.removeAll(thresholds.keySet());
        return new StopThresholds.Promise(
                path, file(), rate, artefact.madeWith(), uncovered, settings.getBoolean("accept-other-experts"));
    }

    /** These thresholds, which leave nothing for a typed one to say. */
    private Policy with(Map<Category, Threshold> thresholds) {
        typed.stopCategories().stream()
                .filter(thresholds::containsKey)
                .map(category -> "categories." + category.wireName() + ".threshold")
                .filter(own::hasPath)
                .forEach(this::besideItsWay);
        return typed.withStopThresholds(thresholds);
    }

    /** The policy as it is where no prompts were calibrated. */
    private Policy withPrompts(Policy policy, OptionalDouble stopAt) {
        if (stopAt.isEmpty()) {
            return policy;
        }
        if (own.hasPath("prompt.stop-at")) {
            besideItsWay("prompt.stop-at");
        }
        return policy.withPromptStopAt(stopAt.getAsDouble());
    }

    private void besideItsWay(String key) {
        problems.add(path + "." + key + " beside stop-thresholds.by = " + settings.getString("by")
                + ", which sets it (expected: one of them)");
    }

    private Map<Category, Threshold> each(BiFunction<Category, CategoryRule, Threshold> threshold) {
        Map<Category, Threshold> thresholds = new EnumMap<>(Category.class);
        typed.rules().forEach((category, rule) -> thresholds.put(category, threshold.apply(category, rule)));
        return thresholds;
    }

    private String file() {
        return settings.getString("calibration");
    }

    private <E extends Enum<E>> Optional<E> constant(E[] values, String key) {
        String value = settings.getString(key);
        for (E constant : values) {
            if (wireName(constant).equals(value)) {
                return Optional.of(constant);
            }
        }
        List<String> names =
                Arrays.stream(values).map(ThresholdReader::wireName).toList();
        problems.add(path + ".stop-thresholds." + key + ": " + value + " (expected: one of " + String.join(", ", names)
                + ")");
        return Optional.empty();
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
