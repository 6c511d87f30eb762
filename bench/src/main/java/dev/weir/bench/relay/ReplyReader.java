package dev.weir.bench.relay;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Asks for replies and takes the time of what comes, in nanoseconds. Safe from any thread. */
public final class ReplyReader {

    private static final Pattern SENT = Pattern.compile("\"sent\":(\\d+)");

    private final HttpClient client;
    private final URI base;
    private final Histogram first = new ConcurrentHistogram(3);
    private final Histogram next = new ConcurrentHistogram(3);
    private final Histogram stops = new ConcurrentHistogram(3);

    /** @param base of the paths that are asked */
    public ReplyReader(HttpClient client, URI base) {
        this.client = client;
        this.base = base;
    }

    /** Reads a whole reply, and blocks as long. */
    public void read(int seed) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"paced\",\"stream\":true,\"seed\":" + seed
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about it.\"}]}"))
                .build();
        long asked = System.nanoTime();
        HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            throw new IOException(base + " answered with status " + answer.statusCode() + " (expected: 200)");
        }
        boolean begun = false;
        try (Stream<String> lines = answer.body()) {
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                long now = System.nanoTime();
                Matcher sent = SENT.matcher(line);
                if (line.contains("content_filter")) {
                    stops.recordValue(now - asked);
                } else if (sent.find()) {
                    next.recordValue(Math.max(0, now - Long.parseLong(sent.group(1))));
                    if (!begun) {
                        first.recordValue(now - asked);
                    }
                    begun = true;
                }
            }
        }
    }

    /** From asking to the first token. */
    public Histogram first() {
        return first;
    }

    /** From when a token was due at the upstream until it was here. */
    public Histogram next() {
        return next;
    }

    /** From asking to a stop. */
    public Histogram stops() {
        return stops;
    }
}
