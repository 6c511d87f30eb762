package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.ServerMessage;
import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The way from actor threads to one connection. What arrives while a delivery is under way goes out with it or with the
 * next, so that a burst of verdicts costs the event loop one task and the socket one flush. Never blocks.
 */
final class Outbox implements StreamListener {

    /** A delivery longer than this lets other connections of the event loop go first. */
    private static final int MAX_DELIVERED_AT_ONCE = 256;

    private sealed interface Event {}

    private record Started(String stream, ActorRef<StreamSession.Command> session) implements Event {}

    private record Said(ServerMessage message) implements Event {}

    private final EventExecutor eventLoop;
    private final DispatcherSelector dispatcher;
    private final @Nullable ParentSpan parentSpan;
    private final FrameHandler connection;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * @param dispatcher where the actors of the connection's streams run
     * @param parentSpan of whoever opened the connection
     */
    Outbox(
            EventExecutor eventLoop,
            DispatcherSelector dispatcher,
            @Nullable ParentSpan parentSpan,
            FrameHandler connection) {
        this.eventLoop = eventLoop;
        this.dispatcher = dispatcher;
        this.parentSpan = parentSpan;
        this.connection = connection;
    }

    @Override
    public DispatcherSelector dispatcher() {
        return dispatcher;
    }

    @Override
    public @Nullable ParentSpan parentSpan() {
        return parentSpan;
    }

    @Override
    public Executor thread() {
        return eventLoop;
    }

    @Override
    public void started(String stream, ActorRef<StreamSession.Command> session) {
        post(new Started(stream, session));
    }

    @Override
    public void send(ServerMessage message) {
        post(new Said(message));
    }

    private void post(Event event) {
        events.add(event);
        schedule();
    }

    private void schedule() {
        if (!scheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            eventLoop.execute(this::deliver);
        } catch (RejectedExecutionException e) { // the server is closed and its event loops are gone
            scheduled.set(false);
            abandonWhatStarted();
        }
    }

    /** On the event loop. */
    private void deliver() {
        scheduled.set(false); // first: whoever posts from here on schedules the next delivery
        for (int delivered = 0; delivered < MAX_DELIVERED_AT_ONCE; delivered++) {
            Event event = events.poll();
            if (event == null) {
                break;
            }
            switch (event) {
                case Started started -> connection.onStarted(started.stream(), started.session());
                case Said said -> connection.onSaid(said.message());
            }
        }
        connection.flush();
        if (!events.isEmpty()) {
            schedule();
        }
    }

    private void abandonWhatStarted() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            if (event instanceof Started started) {
                started.session().tell(new StreamSession.Abandon());
            }
        }
    }
}
