package dev.weir.bench.load;

import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.List;
import java.util.Map;

/**
 * One stream: sends its script's pieces when they are due and the credit allows, and times what comes back. One thread.
 */
final class PlayedStream {

    /** How long to wait before the next try when the server refuses and does not say. */
    private static final int RETRY_MILLIS = 1_000;

    private enum State {
        OPEN,
        OVER,
        REFUSED
    }

    private final WireConnection connection;
    private final String name;
    private final Script script;
    private final LoadTally tally;
    private final long[] intended;
    private int due;
    private int sent;
    private int covered;
    private long credit;
    private Shortfall shortfall = Shortfall.NONE;
    private State state = State.OPEN;
    private long retryNanos;

    /** Opens it; the first {@code credit} code points may follow at once. */
    PlayedStream(WireConnection connection, String name, Script script, Mode mode, int credit, LoadTally tally) {
        this.connection = connection;
        this.name = name;
        this.script = script;
        this.tally = tally;
        this.intended = new long[script.pieces()];
        this.credit = credit;
        connection.say(new ClientMessage.OpenStream(
                name,
                null,
                mode,
                Units.CODEPOINT,
                null,
                ClientMessage.OpenStream.DEFAULT_CHANNEL,
                List.of(),
                Map.of(),
                null));
    }

    String name() {
        return name;
    }

    Script script() {
        return script;
    }

    boolean isOver() {
        return state != State.OPEN;
    }

    /** Refused for being one too many; {@link #retryNanos} says when to ask again. */
    boolean isRefused() {
        return state == State.REFUSED;
    }

    long retryNanos() {
        return retryNanos;
    }

    /** Whether every piece has been due. */
    boolean isPlayed() {
        return due == intended.length;
    }

    /** The next piece's time has come. */
    void takeDue(long intendedNanos, long nowNanos) {
        intended[due++] = intendedNanos;
        tally.due(intendedNanos, nowNanos);
        send();
    }

    private void send() {
        while (sent < due && script.lengthOf(sent) <= credit) {
            connection.say(new ClientMessage.Delta(name, script.piece(sent), null));
            credit -= script.lengthOf(sent++);
            if (sent == intended.length) {
                connection.say(new ClientMessage.EndStream(name, script.length()));
            }
        }
    }

    void cancel() {
        if (state == State.OPEN) {
            connection.say(new ClientMessage.Cancel(name));
        }
    }

    void onMessage(ServerMessage message, long nowNanos) {
        switch (message) {
            case ServerMessage.Released released -> onReleased(released, nowNanos);
            case ServerMessage.Credit more -> {
                credit += more.add();
                if (state == State.OPEN) {
                    send();
                }
            }
            case ServerMessage.Stopped stopped -> onStopped(stopped, nowNanos);
            case ServerMessage.Ended ended -> {
                state = State.OVER;
                tally.ended(shortfall.or(Shortfall.of(ended)));
            }
            case ServerMessage.ErrorMessage error -> onError(error, nowNanos);
            default -> {}
        }
    }

    private void onReleased(ServerMessage.Released released, long nowNanos) {
        Shortfall now = Shortfall.of(released);
        shortfall = shortfall.or(now);
        while (covered < sent && script.end(covered) <= released.through()) {
            cover(now, nowNanos);
        }
    }

    private void cover(Shortfall now, long nowNanos) {
        tally.covered(intended[covered], settledNanos(covered), nowNanos, now);
        covered++;
    }

    /** When the piece was settled; its own time where the server did not wait for the one that settles it. */
    private long settledNanos(int piece) {
        int by = script.settledBy(piece);
        return by < due ? intended[by] : intended[piece];
    }

    /** A stop answers what was waiting for a release, up to the token that crossed. */
    private void onStopped(ServerMessage.Stopped stopped, long nowNanos) {
        if (stopped.category().equals("unscored")) {
            giveUp(nowNanos);
            tally.stopped(stopped.exposure(), shortfall.or(Shortfall.UNSCORED));
            return;
        }
        state = State.OVER;
        tally.stopped(stopped.exposure(), shortfall);
        if (due > 0) {
            int crossing = Math.min(script.pieceBefore(stopped.at()), due - 1);
            while (covered <= crossing) {
                cover(Shortfall.NONE, nowNanos);
            }
            tally.stoppedAfterCrossing(settledNanos(crossing), nowNanos);
            if (script.spanPiece() >= 0 && script.spanPiece() <= crossing) {
                tally.stoppedAfterOnset(intended[script.spanPiece()], nowNanos);
            }
        }
    }

    /** It is over, and nobody will answer what is waiting. */
    private void giveUp(long nowNanos) {
        countWaiting(nowNanos);
        state = State.OVER;
    }

    private void onError(ServerMessage.ErrorMessage error, long nowNanos) {
        if (!error.isFinal()) {
            tally.failed(error.code().wireName());
        } else if (error.code() == ErrorCode.OVERLOADED || error.code() == ErrorCode.TOO_MANY_STREAMS) {
            Integer millis = error.retryAfterMs();
            state = State.REFUSED;
            retryNanos = nowNanos + (millis == null ? RETRY_MILLIS : millis) * 1_000_000L;
            tally.refused();
        } else {
            giveUp(nowNanos);
            tally.failed(error.code().wireName());
        }
    }

    /**
     * Counts what is settled and still not covered, with the time it has waited: else a server that answers nothing more
     * would look fast.
     */
    void countWaiting(long nowNanos) {
        for (int piece = covered; state == State.OPEN && piece < due && script.settledBy(piece) < due; piece++) {
            tally.waiting(intended[piece], intended[script.settledBy(piece)], nowNanos);
        }
    }
}
