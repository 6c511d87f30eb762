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

/**
 * Asks for replies and takes the time of what comes, in nanoseconds. A token that came later than the next was due waited
 * for that one, or for one after it: the whole intervals of its time are its lag, in tokens, and the rest is what it took
 * from the token that let it go. Safe from any thread.
 */
public final class ReplyReader {

    private static final Pattern SENT = Pattern.compile("\"sent\":(\\d+)");
    private static final String STOPPED = "content_filter";

    private final HttpClient client;
    private final URI base;
    private final long intervalNanos;
    private final Histogram first = new ConcurrentHistogram(3);
    private final Histogram firstOwn = new ConcurrentHistogram(3);
    private final Histogram next = new ConcurrentHistogram(3);
    private final Histogram nextOwn = new ConcurrentHistogram(3);
    private final Histogram lag = new ConcurrentHistogram(3);
    private final Histogram whole = new ConcurrentHistogram(3);
    private final Histogram stops = new ConcurrentHistogram(3);

    /**
     * @param base of the paths that are asked
     * @param intervalNanos between two tokens of a reply
     */
    public ReplyReader(HttpClient client, URI base, long intervalNanos) {
        this.client = client;
        this.base = base;
        this.intervalNanos = intervalNanos;
    }

    /**
     * Reads a reply that comes token by token, and blocks as long.
     *
     * @return whether it was stopped
     */
    public boolean read(int seed) throws IOException, InterruptedException {
        long asked = System.nanoTime();
        HttpResponse<Stream<String>> answer = client.send(request(seed, true), HttpResponse.BodyHandlers.ofLines());
        requireOk(answer);
        boolean begun = false;
        boolean stopped = false;
        try (Stream<String> lines = answer.body()) {
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                long now = System.nanoTime();
                Matcher sent = SENT.matcher(line);
                if (line.contains(STOPPED)) {
                    stops.recordValue(now - asked);
                    stopped = true;
                } else if (sent.find()) {
                    long nanos = Math.max(0, now - Long.parseLong(sent.group(1)));
                    long waited = nanos / intervalNanos;
                    next.recordValue(nanos);
                    nextOwn.recordValue(nanos % intervalNanos);
                    lag.recordValue(waited);
                    if (!begun) {
                        first.recordValue(now - asked);
                        firstOwn.recordValue(now - asked - waited * intervalNanos);
                    }
                    begun = true;
                }
            }
        }
        return stopped;
    }

    /** Reads a reply that comes whole, and blocks as long. */
    public void readWhole(int seed) throws IOException, InterruptedException {
        long asked = System.nanoTime();
        requireOk(client.send(request(seed, false), HttpResponse.BodyHandlers.ofString()));
        whole.recordValue(System.nanoTime() - asked);
    }

    private HttpRequest request(int seed, boolean stream) {
        return HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"paced\",\"stream\":" + stream + ",\"seed\":"
                        + seed + ",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about it.\"}]}"))
                .build();
    }

    private void requireOk(HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(base + " answered with status " + answer.statusCode() + " (expected: 200)");
        }
    }

    /** From asking to the first token. */
    public Histogram first() {
        return first;
    }

    /** The same without the intervals that it waited for tokens after it. */
    public Histogram firstOwn() {
        return firstOwn;
    }

    /** From when a token was due at the upstream until it was here. */
    public Histogram next() {
        return next;
    }

    /** From when the last token was due that came before it, its own or one after it. */
    public Histogram nextOwn() {
        return nextOwn;
    }

    /** Tokens that were due between a token and when it was here. */
    public Histogram lag() {
        return lag;
    }

    /** From asking to the end of a reply that came whole. */
    public Histogram whole() {
        return whole;
    }

    /** From asking to a stop. */
    public Histogram stops() {
        return stops;
    }
}
