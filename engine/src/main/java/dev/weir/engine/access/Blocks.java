package dev.weir.engine.access;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Settings that are one object each, by name. */
final class Blocks {

    private Blocks() {}

    /** @return those that are objects, each with what it leaves out from {@code fallback} */
    static Map<String, Config> of(Config config, Config fallback, String path, List<String> problems) {
        Map<String, Config> blocks = new TreeMap<>();
        for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
            if (entry.getValue() instanceof ConfigObject object) {
                blocks.put(entry.getKey(), object.toConfig().withFallback(fallback));
            } else {
                problems.add(path + "." + entry.getKey() + " (expected: an object)");
            }
        }
        return blocks;
    }
}
