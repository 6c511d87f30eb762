package dev.weir.engine.warmup;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * How long a server rehearses before it is ready.
 *
 * @param atMost longest that takes; zero for no rehearsal
 */
public record WarmUpSettings(Duration atMost) {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Reads the block {@code weir.warm-up}; what is out of range is added to {@code problems}. */
    public static WarmUpSettings from(Config config, List<String> problems) {
        WarmUpSettings settings = new WarmUpSettings(config.getDuration("at-most"));
        if (settings.atMost.isNegative() || settings.atMost.compareTo(LONGEST) > 0) {
            problems.add("weir.warm-up.at-most: " + settings.atMost.toMillis() + " ms (expected: 0 s to 60 s)");
        }
        return settings;
    }
}
