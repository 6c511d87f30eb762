package dev.weir.engine.overload;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * When the server declares itself overloaded, and when it is over it.
 *
 * @param enabled off scores everything, however late
 * @param targetDelay a queue where nothing waited less than this for an interval is standing
 * @param interval between two looks at the queues
 * @param recovery how long the queues must stay below half the target before the level goes down by one
 */
public record OverloadSettings(boolean enabled, Duration targetDelay, Duration interval, Duration recovery) {

    public static OverloadSettings from(Config config, List<String> problems) {
        OverloadSettings settings = new OverloadSettings(
                config.getBoolean("enabled"),
                config.getDuration("target-delay"),
                config.getDuration("interval"),
                config.getDuration("recovery"));
        settings.requirePositive("target-delay", settings.targetDelay, problems);
        settings.requirePositive("interval", settings.interval, problems);
        if (settings.recovery.compareTo(settings.interval) < 0) {
            problems.add("weir.overload.recovery " + settings.recovery.toMillis() + " ms < interval "
                    + settings.interval.toMillis() + " ms (expected: at least one interval)");
        }
        return settings;
    }

    /** The same, but everything is scored however late: for texts whose decisions are compared. */
    public OverloadSettings off() {
        return new OverloadSettings(false, targetDelay, interval, recovery);
    }

    private void requirePositive(String key, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("weir.overload." + key + ": " + value.toMillis() + " ms (expected: above 0)");
        }
    }
}
