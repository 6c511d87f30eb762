package dev.weir.engine.telemetry;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Locale;

/** How the log is written. */
public enum LogFormat {
    /** A line a record for people; a failure's stack follows in lines of its own. */
    TEXT,
    /** One JSON object a line, whatever the record holds. */
    JSON;

    /** Reads {@code format} of the block {@code weir.logging}; what is none is added to {@code problems}. */
    public static LogFormat from(Config config, List<String> problems) {
        String name = config.getString("format");
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        problems.add("weir.logging.format: " + name + " (expected: text or json)");
        return TEXT;
    }
}
