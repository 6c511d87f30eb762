package dev.weir.bench.peers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What a Weir server counts of itself, in Prometheus' text format. */
record Metrics(String text) {

    static Metrics read(HttpClient client, int adminPort) throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
        return new Metrics(client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** The value of a metric of one expert; 0 while it has none. */
    double ofExpert(String name, String expert) {
        String series = name + "{expert=\"" + expert + "\"} ";
        return text.lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .sum();
    }
}
