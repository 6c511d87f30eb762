package dev.weir.engine.batching;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.QueueLoad;
import java.util.List;

/**
 * Gathers work from many streams into one batch for one expert. A batch leaves the moment the expert is free, with
 * whatever has arrived by then: a lone row on a quiet server never waits, and a busy server fills its batches unasked.
 * A stream has at most one row here, so the queue is never longer than there are streams.
 */
public final class Batcher extends AbstractBehavior<Batcher.Command> {

    public sealed interface Command {}

    public record Score(ExpertSession.Row row) implements Command {}

    /** The expert is gone for good: what waits and whatever still comes is answered as failed. */
    public record Retire() implements Command {}

    private record ExpertFree() implements Command {}

    public static Behavior<Command> create(
            BatchingSettings settings, ActorRef<ExpertSession.Command> expert, QueueLoad load) {
        return Behaviors.setup(context -> new Batcher(context, settings, expert, load));
    }

    private final ActorRef<ExpertSession.Command> expert;
    private final ActorRef<ExpertSession.Ran> onRan;
    private final WaitingRows waiting;
    private final QueueLoad load;
    private boolean expertBusy;
    private boolean retired;

    private Batcher(
            ActorContext<Command> context,
            BatchingSettings settings,
            ActorRef<ExpertSession.Command> expert,
            QueueLoad load) {
        super(context);
        this.expert = expert;
        this.load = load;
        this.onRan = context.messageAdapter(ExpertSession.Ran.class, ran -> new ExpertFree());
        this.waiting = new WaitingRows(settings);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        return switch (command) {
            case Score score -> onScore(score.row());
            case ExpertFree free -> onExpertFree();
            case Retire retire -> onRetire();
        };
    }

    private Behavior<Command> onScore(ExpertSession.Row row) {
        if (retired) {
            fail(row);
            return this;
        }
        waiting.add(row);
        return expertBusy ? this : dispatchNextBatch();
    }

    private Behavior<Command> onExpertFree() {
        expertBusy = false;
        load.ended();
        return dispatchNextBatch();
    }

    private Behavior<Command> dispatchNextBatch() {
        long oldestNanos = waiting.oldestNanos();
        List<ExpertSession.Row> batch = waiting.takeBatch();
        load.dropped(waiting.takeDropped());
        if (!batch.isEmpty()) {
            expertBusy = true;
            load.begins(batch.size(), oldestNanos);
            expert.tell(new ExpertSession.Run(batch, onRan));
        }
        return this;
    }

    private Behavior<Command> onRetire() {
        retired = true;
        while (waiting.size() > 0) {
            waiting.takeBatch().forEach(this::fail);
        }
        return this;
    }

    private void fail(ExpertSession.Row row) {
        load.dropped(1);
        row.fail();
    }
}
