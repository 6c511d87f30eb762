package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.models.BatchedExpert;

/**
 * One stream's way to an expert with a session: what it asks is under way at most once, so a stream never waits in a
 * queue behind itself.
 */
abstract sealed class BatchedLane extends Lane permits StreamingLane, WindowedLane {

    private final ActorRef<Batcher.Command> batcher;
    private final QueueLoad load;
    private boolean awake;
    private int underWay;
    private long sentNanos;

    BatchedLane(BatchedExpert expert, ActorRef<Batcher.Command> batcher, QueueLoad load, boolean awake, int number) {
        super(expert, number);
        this.batcher = batcher;
        this.load = load;
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
        return underWay > 0;
    }

    boolean isLaterThan(long nanos, long nowNanos) {
        return underWay > 0 && nowNanos - sentNanos > nanos;
    }

    void send(ExpertSession.Row row) {
        underWay++;
        sentNanos = row.enqueuedNanos();
        load.sent();
        batcher.tell(new Batcher.Score(row));
    }

    QueueLoad load() {
        return load;
    }

    void answered() {
        underWay--;
    }
}
