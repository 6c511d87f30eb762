package dev.weir.bench.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's metrics at one moment, in the text format of Prometheus.
 *
 * @param values by name with labels, as written
 */
public record Scrape(Map<String, Double> values) {

    private static final Pattern EXPERT = Pattern.compile("expert=\"([^\"]+)\"");

    public static Scrape of(HttpClient http, URI admin) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve("/metrics"))
                .timeout(Duration.ofSeconds(30))
                .build();
        return parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    static Scrape parse(String text) {
        Map<String, Double> values = new HashMap<>();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int end = line.lastIndexOf(' ');
            values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        });
        return new Scrape(values);
    }

    /** 0 when there is none, as a counter is before its first count. */
    public double value(String name) {
        return values.getOrDefault(name, 0.0);
    }

    public double since(Scrape earlier, String name) {
        return value(name) - earlier.value(name);
    }

    /** Experts that have a metric of runs, in order of their names. */
    public Set<String> experts() {
        Set<String> experts = new TreeSet<>();
        for (String name : values.keySet()) {
            Matcher expert = EXPERT.matcher(name);
            if (name.startsWith("weir_batch_rows_count{") && expert.find()) {
                experts.add(expert.group(1));
            }
        }
        return experts;
    }
}
