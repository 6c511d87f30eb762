package dev.weir.engine.batching;

import dev.weir.engine.batching.Line.Waiting;
import dev.weir.engine.expert.ExpertSession.Row;
import dev.weir.engine.overload.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait for a run, by urgency and by length. A run is filled from one length bucket only, because padding a
 * token beside a window makes the token cost as much as the window. The most urgent rows go first, among equals each
 * tenant and each of its sources in its turn, but every fourth run begins with whoever has waited longest, so that
 * nothing starves. Rows that nobody wants any more are dropped when their turn comes, and cost nothing.
 */
final class WaitingRows {

    /** Longest row of each bucket but the last, which takes what is longer. */
    private static final int[] BUCKET_TOKENS = {4, 16, 64};

    private static final int FAIR_RUN = 4;

    private static final Urgency[] LEAST_FIRST = Urgency.values();

    private final List<Line> lines = new ArrayList<>();
    /** All rows as they came; those that are gone stay until they are at the head. */
    private final Deque<Waiting> arrivals = new ArrayDeque<>();

    private long added;
    private int size;
    private int dropped;
    private int runs;

    WaitingRows() {
        for (int urgency = 0; urgency < LEAST_FIRST.length; urgency++) {
            lines.add(new Line(BUCKET_TOKENS.length + 1));
        }
    }

    void add(Row row) {
        arrivals.add(line(row).add(row, bucketOf(row), added++));
        size++;
    }

    int size() {
        countDropped();
        return size;
    }

    /** Rows that nobody wanted any more, since this was last asked. */
    int takeDropped() {
        countDropped();
        int taken = dropped;
        dropped = 0;
        return taken;
    }

    private void countDropped() {
        for (Line line : lines) {
            int more = line.takeDropped();
            dropped += more;
            size -= more;
        }
    }

    /** When the row was sent that has waited longest; meaningless when nothing waits. */
    long oldestNanos() {
        Waiting oldest = oldest();
        return oldest == null ? 0 : oldest.row.enqueuedNanos();
    }

    /** Removes the rows of the next run, which has these bounds, the first in turn first; empty when nothing waits. */
    List<Row> takeBatch(BatchingSettings settings) {
        runs++;
        Waiting first = runs % FAIR_RUN == 0 ? oldest() : mostUrgent();
        if (first == null) {
            return List.of();
        }
        List<Row> batch = new ArrayList<>();
        take(first, batch);
        int longest = first.row.tokens();
        for (int urgency = LEAST_FIRST.length - 1; urgency >= 0; urgency--) {
            Line line = lines.get(urgency);
            Waiting next = line.next(first.bucket);
            while (next != null && batch.size() < settings.maxBatchSize()) {
                longest = Math.max(longest, next.row.tokens());
                if (settings.shapes().paddedTokens(batch.size() + 1, longest) > settings.maxPaddedTokens()) {
                    return batch;
                }
                take(next, batch);
                next = line.next(first.bucket);
            }
        }
        return batch;
    }

    private void take(Waiting waiting, List<Row> batch) {
        line(waiting.row).serve(waiting);
        size--;
        batch.add(waiting.row);
    }

    private @Nullable Waiting oldest() {
        for (Waiting waiting = arrivals.peekFirst(); waiting != null; waiting = arrivals.peekFirst()) {
            if (!waiting.isGone() && !waiting.row.asker().isGone()) {
                return waiting;
            }
            arrivals.removeFirst();
            if (!waiting.isGone()) {
                line(waiting.row).drop(waiting);
            }
        }
        return null;
    }

    /** Of the most urgent rows the one whose turn it is, whatever its length. */
    private @Nullable Waiting mostUrgent() {
        for (int urgency = LEAST_FIRST.length - 1; urgency >= 0; urgency--) {
            Waiting next = lines.get(urgency).next();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    private Line line(Row row) {
        return lines.get(row.urgency().ordinal());
    }

    private static int bucketOf(Row row) {
        for (int bucket = 0; bucket < BUCKET_TOKENS.length; bucket++) {
            if (row.tokens() <= BUCKET_TOKENS[bucket]) {
                return bucket;
            }
        }
        return BUCKET_TOKENS.length;
    }
}
