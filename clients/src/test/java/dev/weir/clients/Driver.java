package dev.weir.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A client with a user who does what the test says and reports all that comes of it: one JSON object each way, as
 * {@code conformance/README.md} lists them. Thread-safe.
 */
abstract class Driver implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private final List<JsonNode> reports = new ArrayList<>();

    /** Lets the user do something; does not wait for what comes of it. */
    abstract void tell(JsonNode action);

    @Override
    public abstract void close();

    /** Why nothing more can come, for the failure of a test that waits in vain. */
    String complaint() {
        return "";
    }

    final void report(JsonNode report) {
        lock.lock();
        try {
            reports.add(report);
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first report with this field, and about this stream where one is named; waits for it. */
    final JsonNode await(String field, String stream) {
        Predicate<JsonNode> wanted = report -> report.has(field)
                && (stream.isEmpty() || report.path("stream").asText().equals(stream));
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (reports.stream().noneMatch(wanted)) {
                if (left <= 0) {
                    throw new AssertionError(
                            "no " + field + " of " + stream + " within " + PATIENCE_SECONDS + " s; " + complaint());
                }
                left = heard.awaitNanos(left);
            }
            JsonNode found = reports.stream().filter(wanted).findFirst().orElseThrow();
            reports.remove(found);
            return found;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes what a reader of the stream sees next, once it is this long in UTF-16, or ends sooner. */
    final String awaitText(String stream, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(await("text", stream).path("text").asText());
        }
        return text.toString();
    }

    /** Whether a report like this waits to be taken. */
    final boolean has(String field) {
        lock.lock();
        try {
            return reports.stream().anyMatch(report -> report.has(field));
        } finally {
            lock.unlock();
        }
    }

    /** All text that a reader of the stream has been shown since it was last taken, without waiting. */
    final String takeText(String stream) {
        lock.lock();
        try {
            List<JsonNode> pieces = reports.stream()
                    .filter(report ->
                            report.has("text") && report.path("stream").asText().equals(stream))
                    .toList();
            reports.removeAll(pieces);
            StringBuilder text = new StringBuilder();
            pieces.forEach(piece -> text.append(piece.path("text").asText()));
            return text.toString();
        } finally {
            lock.unlock();
        }
    }
}
