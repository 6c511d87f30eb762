package dev.weir.engine.batching;

import dev.weir.engine.expert.ExpertSession.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait for a run, by urgency and by length. A run is filled from one length bucket only, because padding a
 * token beside a window makes the token cost as much as the window. Rows a reader waits for go first, but every fourth
 * run belongs to whoever has waited longest, so that nothing starves.
 */
final class WaitingRows {

    /** Longest row of each bucket but the last, which takes what is longer. */
    private static final int[] BUCKET_TOKENS = {4, 16, 64};

    private static final int FAIR_RUN = 4;

    private final List<Deque<Row>> held = buckets();
    private final List<Deque<Row>> others = buckets();
    private int size;
    private int runs;

    void add(Row row) {
        (row.held() ? held : others).get(bucketOf(row.tokens())).add(row);
        size++;
    }

    int size() {
        return size;
    }

    /** Removes the rows of the next run, which has these bounds, oldest first; empty when nothing waits. */
    List<Row> takeBatch(BatchingSettings settings) {
        runs++;
        Deque<Row> first = runs % FAIR_RUN == 0 ? oldest(held, others) : firstOf(oldest(held), oldest(others));
        if (first == null) {
            return List.of();
        }
        int bucket = bucketOf(first.getFirst().tokens());
        List<Row> batch = new ArrayList<>();
        fill(batch, first, settings);
        fill(batch, held.get(bucket), settings);
        fill(batch, others.get(bucket), settings);
        size -= batch.size();
        return batch;
    }

    private static void fill(List<Row> batch, Deque<Row> from, BatchingSettings settings) {
        while (!from.isEmpty() && batch.size() < settings.maxBatchSize()) {
            int longest = from.getFirst().tokens();
            for (Row row : batch) {
                longest = Math.max(longest, row.tokens());
            }
            if (!batch.isEmpty()
                    && settings.shapes().paddedTokens(batch.size() + 1, longest) > settings.maxPaddedTokens()) {
                return;
            }
            batch.add(from.removeFirst());
        }
    }

    @SafeVarargs
    private static @Nullable Deque<Row> oldest(List<Deque<Row>>... classes) {
        Deque<Row> oldest = null;
        for (List<Deque<Row>> buckets : classes) {
            for (Deque<Row> rows : buckets) {
                if (!rows.isEmpty()
                        && (oldest == null
                                || rows.getFirst().enqueuedNanos()
                                                - oldest.getFirst().enqueuedNanos()
                                        < 0)) {
                    oldest = rows;
                }
            }
        }
        return oldest;
    }

    private static @Nullable Deque<Row> firstOf(@Nullable Deque<Row> preferred, @Nullable Deque<Row> otherwise) {
        return preferred == null ? otherwise : preferred;
    }

    private static int bucketOf(int tokens) {
        for (int bucket = 0; bucket < BUCKET_TOKENS.length; bucket++) {
            if (tokens <= BUCKET_TOKENS[bucket]) {
                return bucket;
            }
        }
        return BUCKET_TOKENS.length;
    }

    private static List<Deque<Row>> buckets() {
        List<Deque<Row>> buckets = new ArrayList<>();
        for (int bucket = 0; bucket <= BUCKET_TOKENS.length; bucket++) {
            buckets.add(new ArrayDeque<>());
        }
        return buckets;
    }
}
