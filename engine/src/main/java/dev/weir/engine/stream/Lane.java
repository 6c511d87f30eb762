package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.models.Category;
import dev.weir.models.Expert;
import org.jspecify.annotations.Nullable;

/** One stream's way to one expert: at most one row under way, so a stream waits in a queue at most once. */
abstract sealed class Lane permits StreamingLane, WindowedLane {

    private final String expert;
    private final String version;
    private final ActorRef<Batcher.Command> batcher;
    private boolean awake;
    private boolean underWay;
    private long sentNanos;

    Lane(Expert expert, ActorRef<Batcher.Command> batcher, boolean awake) {
        this.expert = expert.name();
        this.version = expert.version();
        this.batcher = batcher;
        this.awake = awake;
    }

    /** The last vote that was decided from, on one category, in log-odds; null when there is none. */
    abstract @Nullable Double lastVote(Category category);

    String version() {
        return version;
    }

    String expert() {
        return expert;
    }

    /** Whether its votes are waited for; an expert that failed this stream or came too late sleeps for the rest of it. */
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
