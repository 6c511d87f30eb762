package dev.weir.engine.doctor;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * When a server examines itself. Every key is explained in {@code reference.conf}.
 *
 * @param interval between two examinations; zero for none after the start
 * @param timeout for one answer
 */
public record DoctorSettings(AtStart atStart, Duration interval, Duration timeout) {

    /** What an examination at the start is for. */
    public enum AtStart {
        OFF,
        /** It follows the start, and says what it finds. */
        SAY,
        /** A server that is not well does not start. */
        REQUIRE
    }

    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /** Reads the block {@code weir.doctor}; what is out of range is added to {@code problems}. */
    public static DoctorSettings from(Config config, List<String> problems) {
        String atStart = config.getString("at-start");
        AtStart known = Arrays.stream(AtStart.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(atStart))
                .findFirst()
                .orElse(null);
        if (known == null) {
            problems.add("weir.doctor.at-start: " + atStart + " (expected: off, say or require)");
            known = AtStart.OFF;
        }
        DoctorSettings settings =
                new DoctorSettings(known, config.getDuration("interval"), config.getDuration("timeout"));
        if (!settings.interval.isZero() && settings.interval.compareTo(SHORTEST) < 0) {
            problems.add("weir.doctor.interval: " + settings.interval.toMillis() + " ms (expected: 0, or at least "
                    + SHORTEST.toSeconds() + " s)");
        }
        if (!settings.timeout.isPositive()) {
            problems.add("weir.doctor.timeout: " + settings.timeout.toMillis() + " ms (expected: above 0)");
        }
        return settings;
    }
}
