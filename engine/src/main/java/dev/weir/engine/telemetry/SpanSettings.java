package dev.weir.engine.telemetry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where spans go, and how many. Every key is explained in {@code reference.conf}.
 *
 * @param endpoint of an OTLP receiver over HTTP; empty for no spans
 * @param sampleRatio share of the streams that come without a sampled parent, in [0, 1]
 * @param maxQueue spans that wait to be sent; more are dropped
 * @param maxBatch spans sent together
 * @param resource attributes of this server, beside its name and version
 * @param headers of each request; secret
 */
public record SpanSettings(
        String endpoint,
        double sampleRatio,
        String serviceName,
        Map<String, String> resource,
        Map<String, String> headers,
        boolean gzip,
        int maxQueue,
        int maxBatch,
        Duration interval,
        Duration timeout) {

    private static final int MOST_QUEUED = 1 << 20;

    /** Reads the block {@code weir.telemetry.traces}; what is out of range is added to {@code problems}. */
    public static SpanSettings from(Config config, List<String> problems) {
        SpanSettings settings = new SpanSettings(
                config.getString("endpoint"),
                config.getDouble("sample-ratio"),
                config.getString("service-name"),
                strings(config.getConfig("resource")),
                strings(config.getConfig("headers")),
                config.getBoolean("gzip"),
                config.getInt("max-queue"),
                config.getInt("max-batch"),
                config.getDuration("interval"),
                config.getDuration("timeout"));
        settings.validate(problems);
        return settings;
    }

    boolean isOn() {
        return !endpoint.isEmpty();
    }

    /** A name may have dots, and stand in quotes or not. */
    private static Map<String, String> strings(Config config) {
        Map<String, String> strings = new LinkedHashMap<>();
        config.entrySet()
                .forEach(entry -> strings.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        String.valueOf(entry.getValue().unwrapped())));
        return strings;
    }

    private void validate(List<String> problems) {
        if (isOn() && !isHttp(endpoint)) {
            problems.add("weir.telemetry.traces.endpoint: " + endpoint
                    + " (expected: a URL such as http://localhost:4318/v1/traces, or \"\" for no traces)");
        }
        if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
            problems.add("weir.telemetry.traces.sample-ratio: " + sampleRatio + " (expected: 0 to 1)");
        }
        if (serviceName.isBlank()) {
            problems.add("weir.telemetry.traces.service-name: empty (expected: a name such as weir)");
        }
        if (maxQueue < 1 || maxQueue > MOST_QUEUED) {
            problems.add("weir.telemetry.traces.max-queue: " + maxQueue + " (expected: 1 to " + MOST_QUEUED + ")");
        } else if (maxBatch < 1 || maxBatch > maxQueue) {
            problems.add(
                    "weir.telemetry.traces.max-batch: " + maxBatch + " (expected: 1 to max-queue, " + maxQueue + ")");
        }
        requirePositive("interval", interval, problems);
        requirePositive("timeout", timeout, problems);
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            return scheme != null
                    && List.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void requirePositive(String key, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("weir.telemetry.traces." + key + ": " + value.toMillis() + " ms (expected: above 0)");
        }
    }

    /** Without the headers, which hold credentials. */
    @Override
    public String toString() {
        return "SpanSettings[endpoint=" + endpoint + ", sampleRatio=" + sampleRatio + ", headers=" + headers.keySet()
                + "]";
    }
}
