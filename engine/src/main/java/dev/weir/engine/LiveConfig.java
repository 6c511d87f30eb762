package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration that a server runs with: as it was started, but for the blocks that can be changed while it runs.
 * Immutable.
 */
record LiveConfig(Config config) {

    /** What streams and requests read when they begin; all else was read once. */
    private static final List<String> CHANGEABLE = List.of(
            "weir.access",
            "weir.tenants",
            "weir.tenant-defaults",
            "weir.default-policy",
            "weir.policies",
            "weir.policy-defaults");

    /** The same with what of {@code next} can be changed. */
    LiveConfig with(Config next) {
        Config changed = config;
        for (String path : CHANGEABLE) {
            changed = changed.withoutPath(path);
            if (next.hasPathOrNull(path)) {
                changed = changed.withValue(path, next.getValue(path));
            }
        }
        return new LiveConfig(changed);
    }

    /** Settings of {@code next} that differ, in order, by their paths and without their values. */
    List<String> differences(Config next) {
        Map<String, ConfigValue> before = settings(config);
        Map<String, ConfigValue> after = settings(next);
        return Stream.concat(before.keySet().stream(), after.keySet().stream())
                .filter(path -> !Objects.equals(before.get(path), after.get(path)))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .toList();
    }

    private static Map<String, ConfigValue> settings(Config config) {
        return config.getConfig("weir").entrySet().stream()
                .collect(Collectors.toMap(entry -> "weir." + entry.getKey(), Map.Entry::getValue));
    }
}
