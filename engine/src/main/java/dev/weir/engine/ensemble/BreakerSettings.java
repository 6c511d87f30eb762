package dev.weir.engine.ensemble;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * When an expert is taken out and when it is tried again.
 *
 * @param failures runs in a row that scored nothing; at least 1
 * @param coolDown before the first try; doubled for each further one
 * @param maxCoolDown longest wait between tries
 */
public record BreakerSettings(int failures, Duration coolDown, Duration maxCoolDown) {

    public static BreakerSettings from(Config config, List<String> problems) {
        BreakerSettings settings = new BreakerSettings(
                config.getInt("failures"), config.getDuration("cool-down"), config.getDuration("max-cool-down"));
        if (settings.failures < 1) {
            problems.add("weir.breaker.failures: " + settings.failures + " (expected: >= 1)");
        }
        if (settings.coolDown.isNegative()
                || settings.coolDown.isZero()
                || settings.maxCoolDown.compareTo(settings.coolDown) < 0) {
            problems.add("weir.breaker.cool-down " + settings.coolDown + ", max-cool-down " + settings.maxCoolDown
                    + " (expected: 0 < cool-down <= max-cool-down)");
        }
        return settings;
    }
}
