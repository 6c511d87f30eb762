package dev.weir.engine.expert;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Owns one native session of one expert and the thread it runs on. A run that fails is repeated row by row, so that one
 * bad row fails alone; when row after row fails, its supervisor is told.
 *
 * <p>The answers of a run go to each event loop together: one by one they would wake it several times, and what it has to
 * say would leave in as many writes.
 */
public final class ExpertSession extends AbstractBehavior<ExpertSession.Command> {

    public sealed interface Command {}

    /** Scores 1 to the expert's maximum of rows, answers each row's {@link Asker}, then {@code replyTo}. */
    public record Run(List<Row> rows, ActorRef<Ran> replyTo) implements Command {}

    /** Closes the native session, after the runs that came before. */
    public record Close() implements Command {}

    /** The run is over, well or badly: the session is free. */
    public record Ran(ActorRef<Command> session) {}

    /** Work of one stream. */
    public sealed interface Row {
        /** Tokens the run will compute for it, without padding. */
        int tokens();

        Urgency urgency();

        long enqueuedNanos();

        Asker asker();

        /** Says that it will not be scored. */
        default void fail() {
            asker().thread().execute(() -> asker().answer(new Failed(this)));
        }
    }

    /** @param lane the asker's own number for this expert */
    public record TokensRow(TokenRow row, int lane, Urgency urgency, long enqueuedNanos, Asker asker) implements Row {
        @Override
        public int tokens() {
            return row.count();
        }
    }

    /** @param lane the asker's own number for this expert */
    public record WindowedRow(WindowRow row, int lane, Urgency urgency, long enqueuedNanos, Asker asker)
            implements Row {
        @Override
        public int tokens() {
            return row.count();
        }
    }

    public sealed interface Reply {
        Row row();
    }

    /** The row holds its votes. */
    public record Scored(Row row) implements Reply {}

    /** The row could not be scored, and will not be. */
    public record Failed(Row row) implements Reply {}

    /**
     * Told to the supervisor, and {@link Ran} to nobody, when {@code failures} runs in a row scored nothing of streams that
     * are still there.
     */
    public record Broke(String expert, ActorRef<Command> session, int failures) {}

    /** Opens the native session on the actor's own thread and owns it. */
    public static Behavior<Command> create(
            String expert, ExpertRun run, int failuresToBreak, ActorRef<Broke> supervisor, Telemetry telemetry) {
        return Behaviors.setup(
                context -> new ExpertSession(context, expert, run, failuresToBreak, supervisor, telemetry));
    }

    /** What a run says of the session. Of streams that went away before it, nothing: else whoever leaves could break it. */
    private enum Shown {
        NOTHING,
        FAILS,
        WORKS;

        Shown and(Shown other) {
            return compareTo(other) < 0 ? other : this;
        }
    }

    private final String expert;
    private final ExpertRun run;
    private final int failuresToBreak;
    private final ActorRef<Broke> supervisor;
    private final Telemetry telemetry;
    private int failuresInARow;

    private ExpertSession(
            ActorContext<Command> context,
            String expert,
            ExpertRun run,
            int failuresToBreak,
            ActorRef<Broke> supervisor,
            Telemetry telemetry) {
        super(context);
        this.expert = expert;
        this.run = run;
        this.failuresToBreak = failuresToBreak;
        this.supervisor = supervisor;
        this.telemetry = telemetry;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Run.class, this::onRun)
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onRun(Run command) {
        List<Row> rows = command.rows();
        long started = System.nanoTime();
        long oldest = started;
        int tokens = 0;
        for (Row row : rows) {
            oldest = Math.min(oldest, row.enqueuedNanos());
            tokens += row.tokens();
        }
        Shown shown = score(rows);
        telemetry.batchScored(expert, rows.size(), tokens, started - oldest, System.nanoTime() - started);
        failuresInARow = switch (shown) {
            case WORKS -> 0;
            case FAILS -> failuresInARow + 1;
            case NOTHING -> failuresInARow;
        };
        if (failuresInARow >= failuresToBreak) {
            supervisor.tell(new Broke(expert, getContext().getSelf(), failuresInARow));
            failuresInARow = 0;
        } else {
            command.replyTo().tell(new Ran(getContext().getSelf()));
        }
        return this;
    }

    private Shown score(List<Row> rows) {
        try {
            run.score(rows);
        } catch (ExpertFailedException e) {
            telemetry.runFailed(expert);
            // not the runtime's message: it may quote the token it stumbled over
            getContext().getLog().warn("expert {}: a run of {} rows failed", expert, rows.size());
            return rows.size() > 1 ? scoreOneByOne(rows) : fail(rows.getFirst());
        }
        return answer(rows);
    }

    private Shown scoreOneByOne(List<Row> rows) {
        Shown shown = Shown.NOTHING;
        for (Row row : rows) {
            shown = shown.and(score(List.of(row)));
        }
        return shown;
    }

    private static Shown answer(List<Row> rows) {
        Shown shown = Shown.NOTHING;
        Map<Executor, List<Reply>> byThread = new HashMap<>();
        for (Row row : rows) {
            Shown byRow = shown(row);
            shown = shown.and(byRow);
            byThread.computeIfAbsent(row.asker().thread(), thread -> new ArrayList<>(rows.size()))
                    .add(byRow == Shown.WORKS ? new Scored(row) : new Failed(row));
        }
        byThread.forEach((thread, replies) -> thread.execute(
                () -> replies.forEach(reply -> reply.row().asker().answer(reply))));
        return shown;
    }

    private static Shown shown(Row row) {
        return switch (row) {
            case TokensRow tokens ->
                tokens.row().stale() ? Shown.NOTHING : tokens.row().failed() ? Shown.FAILS : Shown.WORKS;
            case WindowedRow windowed -> windowed.row().failed() ? Shown.FAILS : Shown.WORKS;
        };
    }

    private static Shown fail(Row row) {
        row.fail();
        return Shown.FAILS;
    }

    private Behavior<Command> onPostStop() {
        run.close();
        return this;
    }
}
