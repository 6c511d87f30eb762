package dev.weir.engine.adaptation;

import com.typesafe.config.Config;
import dev.weir.engine.learning.CageSettings;
import dev.weir.engine.learning.LearningSettings;
import java.time.Duration;
import java.util.List;

/**
 * How the server learns from reviews.
 *
 * @param frozen whether nothing learned is published until an operator says so
 * @param pollInterval between two looks at the ledger
 * @param canaryStreams reviewed streams that weights are tried on, the newest, at least 1
 * @param alarmAt streams between two false alarms on average, at least; above 1
 */
public record AdaptationSettings(
        boolean frozen,
        Duration pollInterval,
        LearningSettings learning,
        CageSettings cage,
        int canaryStreams,
        double alarmAt) {

    private static final String PATH = "weir.learning";

    /** Reads the block {@code weir.learning}; what is out of range is added to {@code problems}. */
    public static AdaptationSettings from(Config config, List<String> problems) {
        AdaptationSettings settings = new AdaptationSettings(
                config.getBoolean("frozen"),
                config.getDuration("poll-interval"),
                new LearningSettings(config.getDouble("max-importance"), config.getDouble("labels-to-trust")),
                new CageSettings(
                        config.getInt("every-labels"),
                        config.getDouble("step"),
                        config.getDouble("range"),
                        config.getDouble("threshold-shift"),
                        config.getInt("labels-per-reviewer"),
                        config.getInt("labels-per-tenant")),
                config.getInt("canary-streams"),
                config.getDouble("alarm-at"));
        settings.learning.validate(PATH, problems);
        settings.cage.validate(PATH, problems);
        if (settings.pollInterval.toMillis() < 1) {
            problems.add(PATH + ".poll-interval: " + settings.pollInterval + " (expected: above 0)");
        }
        if (settings.canaryStreams < 1) {
            problems.add(PATH + ".canary-streams: " + settings.canaryStreams + " (expected: >= 1)");
        }
        if (!(settings.alarmAt > 1)) {
            problems.add(PATH + ".alarm-at: " + settings.alarmAt + " (expected: above 1)");
        }
        return settings;
    }
}
