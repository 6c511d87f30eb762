package dev.weir.engine.batching;

import dev.weir.engine.access.Allotment;
import dev.weir.engine.expert.ExpertSession.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one urgency, in buckets by length. Tenants are served in turn, however many connections each has, and within a
 * tenant its sources, however many rows each has. Rows that nobody wants any more are dropped when their turn comes.
 */
final class Line {

    static final class Waiting {
        final Row row;
        final int bucket;
        private final Tenant tenant;
        private final long turn;
        /** Among rows whose turn is the same. */
        private final long arrival;

        private boolean gone;

        private Waiting(Row row, int bucket, Tenant tenant, long turn, long arrival) {
            this.row = row;
            this.bucket = bucket;
            this.tenant = tenant;
            this.turn = turn;
            this.arrival = arrival;
        }

        /** Whether it has left, served or not. */
        boolean isGone() {
            return gone;
        }
    }

    private static final Comparator<Waiting> IN_TURN =
            Comparator.<Waiting>comparingLong(waiting -> waiting.turn).thenComparingLong(waiting -> waiting.arrival);

    /** What waits of one tenant. */
    private static final class Tenant {
        final Turns turns = new Turns();
        final List<Queue<Waiting>> buckets = new ArrayList<>();
        /** Among the tenants: as {@link Turns} has it among sources. */
        long turn;

        int size;

        Tenant(int buckets, long turn) {
            this.turn = turn;
            for (int bucket = 0; bucket < buckets; bucket++) {
                this.buckets.add(new PriorityQueue<>(IN_TURN));
            }
        }
    }

    private final int buckets;
    /** Those that wait, the one that has waited longest without a pause first. */
    private final Map<Allotment, Tenant> tenants = new LinkedHashMap<>();

    private long served;
    private int dropped;

    Line(int buckets) {
        this.buckets = buckets;
    }

    Waiting add(Row row, int bucket, long arrival) {
        Tenant tenant = tenants.computeIfAbsent(row.asker().tenant(), unknown -> new Tenant(buckets, served + 1));
        Waiting waiting =
                new Waiting(row, bucket, tenant, tenant.turns.next(row.asker().source()), arrival);
        tenant.buckets.get(bucket).add(waiting);
        tenant.size++;
        return waiting;
    }

    /** The next row in this bucket; null when there is none. */
    @Nullable
    Waiting next(int bucket) {
        return next(bucket, bucket + 1);
    }

    /** The next row, whatever its length; null when there is none. */
    @Nullable
    Waiting next() {
        return next(0, buckets);
    }

    private @Nullable Waiting next(int fromBucket, int toBucket) {
        Waiting next = null;
        for (Iterator<Tenant> each = tenants.values().iterator(); each.hasNext(); ) {
            Tenant tenant = each.next();
            Waiting first = null;
            for (int bucket = fromBucket; bucket < toBucket; bucket++) {
                Waiting head = head(tenant.buckets.get(bucket));
                if (head != null && (first == null || head.turn < first.turn)) {
                    first = head;
                }
            }
            if (tenant.size == 0) {
                each.remove();
            } else if (first != null && (next == null || tenant.turn < next.tenant.turn)) {
                next = first;
            }
        }
        return next;
    }

    private @Nullable Waiting head(Queue<Waiting> bucket) {
        for (Waiting head = bucket.peek(); head != null; head = bucket.peek()) {
            if (!head.row.asker().isGone()) {
                return head;
            }
            bucket.remove();
            leave(head);
            dropped++;
        }
        return null;
    }

    /** The row is served now. */
    void serve(Waiting waiting) {
        Tenant tenant = waiting.tenant;
        served = Math.max(served, tenant.turn);
        tenant.turn++;
        tenant.turns.serve(waiting.turn);
        remove(waiting);
    }

    /** Nobody wants the row any more. */
    void drop(Waiting waiting) {
        remove(waiting);
        dropped++;
    }

    private void remove(Waiting waiting) {
        Tenant tenant = waiting.tenant;
        tenant.buckets.get(waiting.bucket).remove(waiting); // mostly its head
        leave(waiting);
        if (tenant.size == 0) {
            tenants.remove(waiting.row.asker().tenant());
        }
    }

    private static void leave(Waiting waiting) {
        waiting.gone = true;
        waiting.tenant.turns.leave(waiting.row.asker().source());
        waiting.tenant.size--;
    }

    /** Rows dropped since this was last asked. */
    int takeDropped() {
        int taken = dropped;
        dropped = 0;
        return taken;
    }
}
