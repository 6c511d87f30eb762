package dev.weir.protocol;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One text under moderation, as its client holds it. Any thread may call it; callbacks run on the client's one thread
 * and must not block, nor wait there for anything of the same client.
 *
 * <p>The whole text is kept until the stream is over, because after a lost connection it is sent again from the start.
 * The server then repeats its decisions, so {@link #released} goes on where it was and says nothing twice.
 */
public final class ModeratedStream {

    private static final int INITIAL_CREDIT = 8_192;
    private static final int MAX_DELTA_CHARS = 4_096;

    private record Waiting(int until, CompletableFuture<Boolean> taken) {}

    private final String name;
    private final StreamOptions options;
    private final Consumer<ServerMessage> listener;
    private final Executor loop;
    private final Consumer<ModeratedStream> forget;
    private final ReleasedText released;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile boolean complete; // end or cancel was called

    // From here on: the client's thread only. Offsets are UTF-16 units of the text.
    private final StringBuilder text = new StringBuilder();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<ServerMessage.Redacted> redactions = new ArrayDeque<>();
    private @Nullable Connection connection;
    private @Nullable Mode mode;
    private @Nullable String resume;
    private int granted;
    private int sent; // on this connection
    private int written; // on any connection
    private int published;
    private int flushAt = -1;
    private boolean ending;
    private boolean endSent;
    private boolean cancelling;
    private boolean cancelSent;
    private boolean over;

    ModeratedStream(
            String name,
            StreamOptions options,
            Consumer<ServerMessage> listener,
            Executor loop,
            Consumer<ModeratedStream> forget) {
        this.name = name;
        this.options = options;
        this.listener = listener;
        this.loop = loop;
        this.forget = forget;
        this.released = new ReleasedText(loop);
    }

    /** The stream's name on the wire. */
    public String name() {
        return name;
    }

    /**
     * Adds a piece to the text. It may end inside a surrogate pair.
     *
     * @return completes with true when the socket has taken the piece, which waits for credit and for a lost connection
     *     to come back: a generator that waits for it before its next piece is slowed to what the server can score.
     *     Completes with false when the stream is over and generating on is in vain.
     * @throws IllegalStateException after {@link #end} or {@link #cancel}
     */
    public CompletionStage<Boolean> send(String piece) {
        if (complete) {
            throw new IllegalStateException("stream " + name + " was ended; nothing can be sent after that");
        }
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        loop.execute(() -> {
            if (over || cancelling) {
                taken.complete(false);
                return;
            }
            text.append(piece);
            waiting.add(new Waiting(text.length(), taken));
            pump();
            completeWaiting();
        });
        return taken;
    }

    /** The generator stalled: asks for a provisional score of what was sent so far. */
    public void flush() {
        loop.execute(() -> {
            flushAt = text.length();
            pump();
        });
    }

    /** The text is complete. Returns {@link #outcome}, for a caller that waits for it. */
    public CompletionStage<Outcome> end() {
        complete = true;
        loop.execute(() -> {
            ending = true;
            pump();
        });
        return outcome();
    }

    /** Gives the stream up. Pieces still waiting are not sent; the outcome is ended, with verdict cancelled. */
    public CompletionStage<Outcome> cancel() {
        complete = true;
        loop.execute(() -> {
            if (!cancelling) {
                cancelling = true;
                refuseWaiting();
                pump();
            }
        });
        return outcome();
    }

    /**
     * What the reader may see, redactions replaced, for one subscriber. In gate mode that is the text the server
     * released; in the modes monitor and stream it is all text, once the server has opened the stream and the socket has
     * taken it. Completes when the stream has ended or was stopped; fails with {@link WeirException} when the outcome is {@link Outcome.Failed}.
     */
    public Flow.Publisher<String> released() {
        return released;
    }

    /** Completes, never exceptionally, when the stream is over. */
    public CompletionStage<Outcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    void attach(Connection to) {
        connection = to;
        granted = INITIAL_CREDIT;
        sent = 0;
        endSent = false;
        cancelSent = false;
        redactions.clear(); // those not yet published are said again
        to.send(options.toMessage(name, resume), () -> {});
        pump();
    }

    void detach() {
        connection = null;
    }

    void onMessage(ServerMessage message) {
        WeirClient.tell(listener, message);
        if (over) {
            return;
        }
        switch (message) {
            case ServerMessage.Opened opened -> onOpened(opened);
            case ServerMessage.Released cleared -> publishThrough(cleared.through());
            case ServerMessage.Redacted redacted -> redactions.add(redacted);
            case ServerMessage.Credit credit -> {
                granted = (int) Math.min(Integer.MAX_VALUE, (long) granted + credit.add());
                pump();
            }
            case ServerMessage.Ended ended -> {
                if (ended.verdict() != ServerMessage.Verdict.CANCELLED) {
                    publishThrough(ended.through());
                }
                finish(new Outcome.Ended(ended));
            }
            case ServerMessage.Stopped stopped -> finish(new Outcome.Stopped(stopped));
            case ServerMessage.ErrorMessage error -> {
                if (error.isTerminal()) {
                    finish(new Outcome.Failed(error.code(), error.message(), error.retryAfterMs()));
                }
            }
            case ServerMessage.Flagged flagged -> {} // the listener's business
            case ServerMessage.FeedbackRecorded recorded -> {} // belongs to no stream
        }
    }

    /** The server cannot be understood: gives the stream up on both sides. */
    void fail(String reason) {
        cancelling = true;
        pump();
        finish(new Outcome.Failed(null, reason, null));
    }

    void finish(Outcome result) {
        if (over) {
            return;
        }
        over = true;
        connection = null;
        forget.accept(this);
        refuseWaiting();
        text.setLength(0);
        redactions.clear();
        released.close(result instanceof Outcome.Failed failed ? new WeirException(failed.message()) : null);
        outcome.complete(result);
    }

    private void onOpened(ServerMessage.Opened opened) {
        if (opened.units() != Units.UTF16) {
            fail("stream " + name + " was opened in another unit than utf16");
            return;
        }
        mode = options.mode() == Mode.GATE ? Mode.GATE : opened.mode(); // asked to hold, it never stops holding
        resume = opened.resume();
        granted = opened.credit();
        publishWritten();
        pump();
    }

    /** Sends what credit allows, then what was asked for after it. */
    private void pump() {
        Connection to = connection;
        if (to == null || over) {
            return;
        }
        if (cancelling) {
            if (!cancelSent) {
                cancelSent = true;
                to.send(new ClientMessage.Cancel(name), () -> {});
            }
            return;
        }
        int sendable = sendable();
        for (int until = nextCut(sendable); until > sent; until = nextCut(sendable)) {
            sendDelta(to, until);
        }
        if (flushAt >= 0 && sent >= Math.min(flushAt, sendable)) {
            flushAt = -1;
            to.send(new ClientMessage.Flush(name), () -> {});
        }
        if (ending && !endSent && sent == text.length()) {
            endSent = true;
            to.send(new ClientMessage.EndStream(name, text.length()), () -> {});
        }
    }

    private int nextCut(int sendable) {
        return besidePair(Math.min(Math.min(sendable, granted), sent + MAX_DELTA_CHARS));
    }

    private void sendDelta(Connection to, int until) {
        to.send(new ClientMessage.Delta(name, text.substring(sent, until), sent), () -> onWritten(until));
        sent = until;
    }

    /** Half a surrogate pair at the end waits here for its other half: not every subprotocol can say it. */
    private int sendable() {
        int length = text.length();
        boolean half = length > 0 && !ending && Character.isHighSurrogate(text.charAt(length - 1));
        return half ? length - 1 : length;
    }

    /** The same place, or the one before it where it is inside a surrogate pair. */
    private int besidePair(int place) {
        boolean inside = place > 0
                && place < text.length()
                && Character.isSurrogatePair(text.charAt(place - 1), text.charAt(place));
        return inside ? place - 1 : place;
    }

    private void onWritten(int until) {
        if (over) {
            return;
        }
        written = Math.max(written, until);
        publishWritten();
        completeWaiting();
    }

    private void completeWaiting() {
        int taken = written >= sendable() ? text.length() : written;
        while (!waiting.isEmpty() && waiting.element().until <= taken) {
            waiting.remove().taken.complete(true);
        }
    }

    private void refuseWaiting() {
        while (!waiting.isEmpty()) {
            waiting.remove().taken.complete(false);
        }
    }

    /** In the modes that hold nothing back; until the server has named the mode, everything is held. */
    private void publishWritten() {
        if ((mode == Mode.MONITOR || mode == Mode.STREAM) && written > published) {
            String piece = text.substring(published, written);
            published = written;
            released.publish(piece);
        }
    }

    /**
     * What was scored may be seen in every mode. In monitor and stream mode this matters only when the server's answer
     * overtakes the socket's word that it has taken the text.
     */
    private void publishThrough(int through) {
        int end = besidePair(Math.min(through, sent));
        StringBuilder piece = new StringBuilder();
        while (published < end) {
            ServerMessage.Redacted next = redactions.peek();
            if (next != null && next.to() <= published) {
                redactions.remove(); // before a lost connection it was shown replaced
            } else if (next == null || next.from() >= end) {
                piece.append(text, published, end);
                published = end;
            } else {
                piece.append(text, published, Math.max(published, next.from()));
                published = Math.max(published, next.from());
                if (next.to() > end) {
                    break; // a span is never cut: it waits until all of it is released
                }
                piece.append(next.replacement());
                published = next.to();
                redactions.remove();
            }
        }
        released.publish(piece.toString());
    }
}
