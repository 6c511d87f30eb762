package dev.weir.engine.admin;

import com.typesafe.config.Config;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.http.HttpSettings;
import dev.weir.engine.http.HttpSettings.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where operators reach the server.
 *
 * @param port 0 lets the system choose a free one
 * @param names under which a browser may reach it, beside addresses and localhost; in lower case
 * @param http how long whoever connects may take
 * @param maxConnections open at once; those beyond are told how the server is and nothing else
 * @param sampleInterval between two looks at the server, while a page is open
 * @param maxWatchers pages open at once
 * @param maxReplayedStreams that one question may be about
 */
public record AdminSettings(
        String host,
        int port,
        Set<String> names,
        HttpSettings http,
        int maxConnections,
        Duration sampleInterval,
        int maxWatchers,
        int maxReplayedStreams) {

    /** What all operators may send together; they have little to say. */
    private static final int MAX_BODY_BYTES = 16 << 20;

    /** Reads the block {@code weir.admin}; what is out of range is added to {@code problems}. */
    public static AdminSettings from(Config config, List<String> problems) {
        AdminSettings settings = new AdminSettings(
                config.getString("host"),
                config.getInt("port"),
                names(config.getStringList("names")),
                new HttpSettings(
                        patience(config, "head-timeout", problems),
                        patience(config, "body-timeout", problems),
                        patience(config, "keep-alive-timeout", problems),
                        positive(config, "slow-reader-timeout", problems),
                        MAX_BODY_BYTES),
                config.getInt("max-connections"),
                config.getDuration("sample-interval"),
                config.getInt("max-watchers"),
                config.getInt("max-replayed-streams"));
        GatewaySettings.requireHost("weir.admin.host", settings.host, problems);
        if (settings.port < 0 || settings.port > 65_535) {
            problems.add("weir.admin.port: " + settings.port + " (expected: 0 to 65535)");
        }
        if (settings.sampleInterval.toMillis() < 100 || settings.sampleInterval.toMinutes() >= 1) {
            problems.add("weir.admin.sample-interval: " + settings.sampleInterval.toMillis()
                    + " ms (expected: 100 to 59999 ms)");
        }
        require("max-connections", settings.maxConnections, 100_000, problems);
        require("max-watchers", settings.maxWatchers, 1_000, problems);
        require("max-replayed-streams", settings.maxReplayedStreams, 10_000_000, problems);
        return settings;
    }

    private static Set<String> names(List<String> written) {
        return written.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private static Patience patience(Config config, String key, List<String> problems) {
        return new Patience(positive(config, key, problems), "weir.admin." + key);
    }

    private static Duration positive(Config config, String key, List<String> problems) {
        Duration value = config.getDuration(key);
        if (value.isZero() || value.isNegative()) {
            problems.add("weir.admin." + key + ": " + value.toMillis() + " ms (expected: above 0)");
        }
        return value;
    }

    private static void require(String key, int value, int most, List<String> problems) {
        if (value < 1 || value > most) {
            problems.add("weir.admin." + key + ": " + value + " (expected: 1 to " + most + ")");
        }
    }
}
