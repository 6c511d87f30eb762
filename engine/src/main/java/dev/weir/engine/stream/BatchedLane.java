package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.models.BatchedExpert;

/** One stream's way to an expert with a session: at most one row under way, so a stream waits in a queue at most once. */
abstract sealed class BatchedLane extends Lane permits StreamingLane, WindowedLane {

    private final ActorRef<Batcher.Command> batcher;
    private boolean awake;
    private boolean underWay;
    private long sentNanos;

    BatchedLane(BatchedExpert expert, ActorRef<Batcher.Command> batcher, boolean awake, int number) {
        super(expert, number);
        this.batcher = batcher;
        this.awake = awake;
    }

    @Override
    boolean isAwake() {
        return awake;
    }

    void sleep() {
        awake = false;
    }

    boolean isUnderWay() {
        return underWay;
    }

    boolean isLaterThan(long nanos, long nowNanos) {
        return underWay && nowNanos - sentNanos > nanos;
    }

    void send(ExpertSession.Row row) {
        underWay = true;
        sentNanos = row.enqueuedNanos();
        batcher.tell(new Batcher.Score(row));
    }

    void answered() {
        underWay = false;
    }
}
