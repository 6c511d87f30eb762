package dev.weir.engine.decision;

import com.typesafe.config.Config;
import dev.weir.models.Category;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the two mistakes cost, in any common unit. Stopping a text of calibrated risk p costs (1 - p) times a false stop in
 * expectation, letting it pass p times a miss; the threshold is where the two are equal.
 *
 * @param falseStop above 0
 * @param miss above 0
 * @param severity how many times worse a miss is in this category, above 0; 1 for those not named
 */
public record CostSettings(double falseStop, double miss, Map<Category, Double> severity) {

    public CostSettings {
        severity = Map.copyOf(severity);
    }

    /** @param problems given every fault, with its key under {@code path} */
    public static CostSettings from(Config config, String path, List<String> problems) {
        Map<Category, Double> severity = new EnumMap<>(Category.class);
        for (String key : config.getObject("severity").keySet()) {
            Category.ofWireName(key)
                    .ifPresentOrElse(
                            category -> severity.put(category, config.getDouble("severity." + key)),
                            () -> problems.add(path + ".severity." + key + " (expected: a category of the protocol)"));
        }
        CostSettings settings = new CostSettings(config.getDouble("false-stop"), config.getDouble("miss"), severity);
        requirePositive(path + ".false-stop", settings.falseStop, problems);
        requirePositive(path + ".miss", settings.miss, problems);
        severity.forEach(
                (category, weight) -> requirePositive(path + ".severity." + category.wireName(), weight, problems));
        return settings;
    }

    /** C_FS / (C_FS + s C_MISS). */
    public Threshold threshold(Category category) {
        double missed = severity.getOrDefault(category, 1.0) * miss;
        return Threshold.constant(falseStop / (falseStop + missed));
    }

    private static void requirePositive(String path, double value, List<String> problems) {
        if (!(value > 0)) {
            problems.add(path + ": " + value + " (expected: above 0)");
        }
    }
}
