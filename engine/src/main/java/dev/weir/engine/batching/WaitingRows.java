package dev.weir.engine.batching;

import dev.weir.engine.expert.ExpertSession.Row;
import dev.weir.engine.overload.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait for a run, by urgency and by length. A run is filled from one length bucket only, because padding a
 * token beside a window makes the token cost as much as the window. The most urgent rows go first, among equals each
 * source in its turn, but every fourth run begins with whoever has waited longest, so that nothing starves. Rows that
 * nobody wants any more are dropped when their turn comes, and cost nothing.
 */
final class WaitingRows {

    /** Longest row of each bucket but the last, which takes what is longer. */
    private static final int[] BUCKET_TOKENS = {4, 16, 64};

    private static final int FAIR_RUN = 4;

    private static final Urgency[] LEAST_FIRST = Urgency.values();

    private static final class Waiting {
        final Row row;
        final long turn;
        /** Among rows whose turn is the same. */
        final long arrival;

        boolean gone;

        Waiting(Row row, long turn, long arrival) {
            this.row = row;
            this.turn = turn;
            this.arrival = arrival;
        }
    }

    private static final Comparator<Waiting> IN_TURN =
            Comparator.<Waiting>comparingLong(waiting -> waiting.turn).thenComparingLong(waiting -> waiting.arrival);

    /** Of one urgency. */
    private static final class Line {
        final Turns turns = new Turns();
        final List<Queue<Waiting>> buckets = new ArrayList<>();

        Line() {
            for (int bucket = 0; bucket <= BUCKET_TOKENS.length; bucket++) {
                buckets.add(new PriorityQueue<>(IN_TURN));
            }
        }
    }

    private final List<Line> lines = new ArrayList<>();
    /** All rows as they came; those that are gone stay until they are at the head. */
    private final Deque<Waiting> arrivals = new ArrayDeque<>();

    private final BatchingSettings settings;
    private long added;
    private int size;
    private int dropped;
    private int runs;

    WaitingRows(BatchingSettings settings) {
        this.settings = settings;
        for (int urgency = 0; urgency < LEAST_FIRST.length; urgency++) {
            lines.add(new Line());
        }
    }

    void add(Row row) {
        Line line = line(row);
        Waiting waiting = new Waiting(row, line.turns.next(row.asker().source()), added++);
        line.buckets.get(bucketOf(row)).add(waiting);
        arrivals.add(waiting);
        size++;
    }

    int size() {
        return size;
    }

    /** Rows that nobody wanted any more, since this was last asked. */
    int takeDropped() {
        int taken = dropped;
        dropped = 0;
        return taken;
    }

    /** When the row was sent that has waited longest; meaningless when nothing waits. */
    long oldestNanos() {
        Waiting oldest = oldest();
        return oldest == null ? 0 : oldest.row.enqueuedNanos();
    }

    /** Removes the rows of the next run, the first in turn first; empty when nothing waits. */
    List<Row> takeBatch() {
        runs++;
        Waiting first = runs % FAIR_RUN == 0 ? oldest() : mostUrgent();
        if (first == null) {
            return List.of();
        }
        int bucket = bucketOf(first.row);
        List<Row> batch = new ArrayList<>();
        line(first.row).buckets.get(bucket).remove(first);
        take(first);
        batch.add(first.row);
        int longest = first.row.tokens();
        for (int urgency = LEAST_FIRST.length - 1; urgency >= 0; urgency--) {
            Queue<Waiting> from = lines.get(urgency).buckets.get(bucket);
            for (Waiting next = head(from); next != null && batch.size() < settings.maxBatchSize(); next = head(from)) {
                longest = Math.max(longest, next.row.tokens());
                if (longest * (batch.size() + 1) > settings.maxPaddedTokens()) {
                    return batch;
                }
                from.remove();
                take(next);
                batch.add(next.row);
            }
        }
        return batch;
    }

    private @Nullable Waiting oldest() {
        for (Waiting waiting = arrivals.peekFirst(); waiting != null; waiting = arrivals.peekFirst()) {
            if (!waiting.gone && !waiting.row.asker().isGone()) {
                return waiting;
            }
            arrivals.removeFirst();
            if (!waiting.gone) {
                line(waiting.row).buckets.get(bucketOf(waiting.row)).remove(waiting);
                drop(waiting);
            }
        }
        return null;
    }

    /** Of the most urgent rows the one whose turn it is, whatever its length. */
    private @Nullable Waiting mostUrgent() {
        for (int urgency = LEAST_FIRST.length - 1; urgency >= 0; urgency--) {
            Waiting first = null;
            for (Queue<Waiting> bucket : lines.get(urgency).buckets) {
                Waiting head = head(bucket);
                if (head != null && (first == null || head.turn < first.turn)) {
                    first = head;
                }
            }
            if (first != null) {
                return first;
            }
        }
        return null;
    }

    private @Nullable Waiting head(Queue<Waiting> bucket) {
        for (Waiting head = bucket.peek(); head != null; head = bucket.peek()) {
            if (!head.row.asker().isGone()) {
                return head;
            }
            bucket.remove();
            drop(head);
        }
        return null;
    }

    private void take(Waiting waiting) {
        line(waiting.row).turns.serve(waiting.turn);
        leave(waiting);
    }

    private void drop(Waiting waiting) {
        leave(waiting);
        dropped++;
    }

    private void leave(Waiting waiting) {
        waiting.gone = true;
        line(waiting.row).turns.leave(waiting.row.asker().source());
        size--;
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
