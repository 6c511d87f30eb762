package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.stream.Backlog;
import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one connection knows of its streams.
 *
 * <p>A stream is <em>pending</em> from its open until its actor is known, and what comes for it waits here in order; then
 * <em>running</em>; then <em>closed</em> and remembered for a while, so that deltas which crossed its last message can
 * be told from deltas for a stream that never was. A stream's actor is told to {@link StreamSession.Abandon} exactly
 * once, when the connection gives the stream up, and never after its own terminal message.
 *
 * <p>After its own {@code end} a client has nothing more to say: a later delta or end is a {@code bad_message} that is
 * not final, because the text before the end is complete and its verdict is on the way. After its own {@code cancel}
 * everything is dropped in silence.
 *
 * <p>Not thread-safe: it belongs to its connection's event loop.
 */
final class StreamTable {

    /** What comes of an open. */
    enum Opening {
        BEGUN,
        DUPLICATE,
        TOO_MANY_STREAMS,
        NAMES_USED_UP
    }

    /** What a waiting command is taken to cost beside its text. */
    private static final int COMMAND_BYTES = 64;

    private static final class Stream {
        final String name;
        final Deque<StreamSession.Command> waiting = new ArrayDeque<>(0);

        final Backlog backlog = new Backlog();
        int givenChars;

        @Nullable
        ActorRef<StreamSession.Command> session;

        boolean ended; // by the client
        boolean cancelled;
        boolean closed;
        long closedNanos;

        Stream(String name) {
            this.name = name;
        }
    }

    private final GatewaySettings settings;
    private final LongSupplier nanoTime;
    private final Map<String, Stream> streams = new HashMap<>();
    private final Deque<Stream> closedInOrder = new ArrayDeque<>();
    private final UsedNames usedNames = new UsedNames();
    private int live;
    private long waitingBytes;
    private long unscoredAtMost;

    StreamTable(GatewaySettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** Streams that have not had their terminal message. */
    int live() {
        return live;
    }

    /** Held for pending streams. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Of a stream that has begun: how much of its text waits to be scored. */
    Backlog backlog(String name) {
        return Objects.requireNonNull(streams.get(name)).backlog;
    }

    /** Text of running streams that is not scored yet: at most so much, and exactly when it is above the limit. */
    long unscored() {
        return unscoredAtMost > settings.maxUnscored() ? countUnscored() : unscoredAtMost;
    }

    /** The same, exactly. */
    long countUnscored() {
        unscoredAtMost = 0;
        for (Stream stream : streams.values()) {
            if (!stream.closed) {
                unscoredAtMost += stream.backlog.unscored(stream.givenChars);
            }
        }
        return unscoredAtMost;
    }

    /** Uses the name. A stream that was not begun for want of room is closed and uses its name too. */
    Opening open(String name) {
        if (find(name) != null) {
            return Opening.DUPLICATE;
        }
        if (usedNames.size() >= settings.maxStreamNames()) {
            return Opening.NAMES_USED_UP;
        }
        if (!usedNames.add(name)) {
            return Opening.DUPLICATE;
        }
        Stream stream = new Stream(name);
        streams.put(name, stream);
        live++;
        if (live > settings.maxStreams()) {
            close(stream);
            return Opening.TOO_MANY_STREAMS;
        }
        return Opening.BEGUN;
    }

    /** The stream's actor takes over; it is abandoned at once when the connection has given the stream up meanwhile. */
    void started(String name, ActorRef<StreamSession.Command> session) {
        Stream stream = find(name);
        if (stream == null || stream.closed) {
            session.tell(new StreamSession.Abandon());
            return;
        }
        stream.session = session;
        for (StreamSession.Command command : stream.waiting) {
            waitingBytes -= bytes(command);
            give(stream, session, command);
        }
        stream.waiting.clear();
    }

    /** @return what to answer, if anything */
    Optional<ServerMessage> text(String name, StreamSession.Text text) {
        Stream stream = find(name);
        if (stream == null) {
            return unknown(name);
        }
        if (stream.ended) {
            return afterEnd(name, "delta");
        }
        deliver(stream, text);
        return Optional.empty();
    }

    /** @return what to answer, if anything */
    Optional<ServerMessage> flush(String name) {
        Stream stream = find(name);
        if (stream == null) {
            return unknown(name);
        }
        if (!stream.ended) {
            deliver(stream, new StreamSession.FlushTail());
        }
        return Optional.empty();
    }

    /** @return what to answer, if anything */
    Optional<ServerMessage> end(String name, StreamSession.End end) {
        Stream stream = find(name);
        if (stream == null) {
            return unknown(name);
        }
        if (stream.ended) {
            return afterEnd(name, "end");
        }
        deliver(stream, end);
        stream.ended = true;
        return Optional.empty();
    }

    /** @return what to answer, if anything */
    Optional<ServerMessage> cancel(String name) {
        Stream stream = find(name);
        if (stream == null) {
            return unknown(name);
        }
        deliver(stream, new StreamSession.Cancel());
        stream.cancelled = true;
        return Optional.empty();
    }

    /** Whether the client may be told this; a terminal message closes its stream, and nothing passes after it. */
    boolean passes(ServerMessage message) {
        String name = message.stream();
        if (name == null) {
            return true;
        }
        Stream stream = find(name);
        if (stream == null || stream.closed) {
            return false;
        }
        if (message.isTerminal()) {
            close(stream);
        }
        return true;
    }

    /**
     * Ends a live stream from the connection's side.
     *
     * @return whether it was live, so that it is now owed its final error
     */
    boolean giveUp(String name) {
        Stream stream = find(name);
        if (stream == null || stream.closed) {
            return false;
        }
        abandon(stream);
        close(stream);
        return true;
    }

    /** Uses the name of a stream whose open was refused: what was sent behind it is dropped in silence. */
    void refused(String name) {
        if (usedNames.size() < settings.maxStreamNames() && usedNames.add(name)) {
            Stream stream = new Stream(name);
            streams.put(name, stream);
            live++;
            close(stream);
        }
    }

    /** Whether the name belongs to a stream that is live or was until lately. */
    boolean knows(String name) {
        return find(name) != null;
    }

    /** The connection is over. */
    void giveUpAll() {
        for (Stream stream : streams.values()) {
            if (!stream.closed) {
                abandon(stream);
            }
        }
        streams.clear();
        closedInOrder.clear();
        live = 0;
        waitingBytes = 0;
        unscoredAtMost = 0;
    }

    private @Nullable Stream find(String name) {
        Stream stream = streams.get(name);
        if (stream != null && stream.closed) {
            forgetLongClosed();
            return streams.get(name);
        }
        return stream;
    }

    private void deliver(Stream stream, StreamSession.Command command) {
        if (stream.closed || stream.cancelled) {
            return;
        }
        ActorRef<StreamSession.Command> session = stream.session;
        if (session == null) {
            stream.waiting.add(command);
            waitingBytes += bytes(command);
        } else {
            give(stream, session, command);
        }
    }

    private void give(Stream stream, ActorRef<StreamSession.Command> session, StreamSession.Command command) {
        if (command instanceof StreamSession.Text text) {
            stream.givenChars += text.text().length();
            unscoredAtMost += text.text().length();
        }
        session.tell(command);
    }

    private static void abandon(Stream stream) {
        ActorRef<StreamSession.Command> session = stream.session;
        if (session != null) { // a pending one is abandoned when its actor comes
            session.tell(new StreamSession.Abandon());
        }
    }

    private void close(Stream stream) {
        for (StreamSession.Command command : stream.waiting) {
            waitingBytes -= bytes(command);
        }
        stream.waiting.clear();
        stream.session = null;
        stream.closed = true;
        stream.closedNanos = nanoTime.getAsLong();
        live--;
        forgetLongClosed();
        closedInOrder.add(stream);
    }

    private void forgetLongClosed() {
        long memoryNanos = settings.closedStreamMemory().toNanos();
        long now = nanoTime.getAsLong();
        Iterator<Stream> oldestFirst = closedInOrder.iterator();
        while (oldestFirst.hasNext()) {
            Stream stream = oldestFirst.next();
            if (now - stream.closedNanos < memoryNanos) {
                return;
            }
            oldestFirst.remove();
            streams.remove(stream.name);
        }
    }

    private static int bytes(StreamSession.Command command) {
        return command instanceof StreamSession.Text text
                ? COMMAND_BYTES + 2 * text.text().length()
                : COMMAND_BYTES;
    }

    private static Optional<ServerMessage> unknown(String name) {
        return Optional.of(new ServerMessage.ErrorMessage(
                name,
                ErrorCode.UNKNOWN_STREAM,
                true,
                "stream",
                "stream \"" + name + "\" is not open on this connection",
                null));
    }

    private static Optional<ServerMessage> afterEnd(String name, String type) {
        return Optional.of(new ServerMessage.ErrorMessage(
                name,
                ErrorCode.BAD_MESSAGE,
                false,
                "stream",
                "stream \"" + name + "\": " + type + " after its end (expected: nothing, or cancel)",
                null));
    }
}
