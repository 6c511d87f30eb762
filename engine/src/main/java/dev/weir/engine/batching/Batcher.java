package dev.weir.engine.batching;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.QueueLoad;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Gathers work from many streams into one batch for one expert. A batch leaves the moment a session of the expert is
 * free, with whatever has arrived by then: a lone row on a quiet server never waits, and a busy server fills its batches
 * unasked. A stream has at most one row here or in a session, so its rows stay in order whichever session takes them,
 * and the queue is never longer than there are streams.
 */
public final class Batcher extends AbstractBehavior<Batcher.Command> {

    public sealed interface Command {}

    public record Score(ExpertSession.Row row) implements Command {}

    /** No session is left, nor will be: what waits and whatever still comes is answered as failed. */
    public record Retire() implements Command {}

    /** One more session of the expert, free, and the bounds of its runs. */
    public record Join(ActorRef<ExpertSession.Command> session, BatchingSettings settings) implements Command {}

    /** The session gets no more runs and closes after those it has. With none left, rows wait for one to join. */
    public record Leave(ActorRef<ExpertSession.Command> session) implements Command {}

    /** Behind all rows that have come by now, so that they leave together. */
    private record Go() implements Command {}

    private record ExpertFree(ActorRef<ExpertSession.Command> session) implements Command {}

    /** What a session is at. */
    private static final class Work {
        final BatchingSettings bounds;
        /** Rows of its run; 0 while it is free. */
        int rows;

        long beganNanos;

        Work(BatchingSettings bounds) {
            this.bounds = bounds;
        }
    }

    public static Behavior<Command> create(
            BatchingSettings settings, ActorRef<ExpertSession.Command> session, QueueLoad load) {
        return Behaviors.setup(context -> new Batcher(context, settings, session, load));
    }

    private static final BatchingSettings NO_BOUNDS = new BatchingSettings(Integer.MAX_VALUE, Integer.MAX_VALUE);

    private final ActorRef<ExpertSession.Ran> onRan;
    private final Map<ActorRef<ExpertSession.Command>, Work> sessions = new HashMap<>();
    private final Deque<ActorRef<ExpertSession.Command>> free = new ArrayDeque<>();
    private final WaitingRows waiting = new WaitingRows();
    private final QueueLoad load;
    private boolean going;
    private boolean retired;

    private Batcher(
            ActorContext<Command> context,
            BatchingSettings settings,
            ActorRef<ExpertSession.Command> session,
            QueueLoad load) {
        super(context);
        this.load = load;
        this.onRan = context.messageAdapter(ExpertSession.Ran.class, ran -> new ExpertFree(ran.session()));
        sessions.put(session, new Work(settings));
        free.add(session);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        return switch (command) {
            case Score score -> onScore(score.row());
            case Go go -> onGo();
            case ExpertFree ran -> onExpertFree(ran.session());
            case Join join -> onJoin(join);
            case Leave leave -> onLeave(leave.session());
            case Retire retire -> onRetire();
        };
    }

    private Behavior<Command> onScore(ExpertSession.Row row) {
        if (retired) {
            fail(row);
            return this;
        }
        waiting.add(row);
        if (!going && !free.isEmpty()) {
            going = true;
            getContext().getSelf().tell(new Go());
        }
        return this;
    }

    private Behavior<Command> onGo() {
        going = false;
        return dispatchNextBatch();
    }

    private Behavior<Command> onExpertFree(ActorRef<ExpertSession.Command> session) {
        Work work = sessions.get(session);
        if (work != null) {
            endRun(work);
            free.add(session);
        }
        return dispatchNextBatch();
    }

    private Behavior<Command> onJoin(Join join) {
        sessions.put(join.session(), new Work(join.settings()));
        return onExpertFree(join.session());
    }

    private Behavior<Command> onLeave(ActorRef<ExpertSession.Command> session) {
        Work work = sessions.remove(session);
        if (work != null) {
            endRun(work);
        }
        free.remove(session);
        session.tell(new ExpertSession.Close());
        return this;
    }

    private Behavior<Command> dispatchNextBatch() {
        while (!free.isEmpty()) {
            long oldestNanos = waiting.oldestNanos();
            Work work = Objects.requireNonNull(sessions.get(free.getFirst()));
            List<ExpertSession.Row> batch = waiting.takeBatch(work.bounds);
            load.dropped(waiting.takeDropped());
            if (batch.isEmpty()) {
                return this;
            }
            work.rows = batch.size();
            work.beganNanos = load.begins(batch.size(), oldestNanos);
            free.removeFirst().tell(new ExpertSession.Run(batch, onRan));
        }
        return this;
    }

    private void endRun(Work work) {
        if (work.rows > 0) {
            load.ended(work.rows, work.beganNanos);
            work.rows = 0;
        }
    }

    private Behavior<Command> onRetire() {
        retired = true;
        while (waiting.size() > 0) {
            waiting.takeBatch(NO_BOUNDS).forEach(this::fail);
        }
        return this;
    }

    private void fail(ExpertSession.Row row) {
        load.dropped(1);
        row.fail();
    }
}
