package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.ServerMessage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Whoever opened a stream and wants its verdicts: a connection, or a command line. Called from any thread, never blocks. */
public interface StreamListener {

    /** Where the actors of its streams run. */
    default DispatcherSelector dispatcher() {
        return DispatcherSelector.fromConfig("weir.stream-dispatcher");
    }

    /** Hands the experts' answers to its streams: the thread of {@link #dispatcher()} where that is one, else whichever. */
    default Executor thread() {
        return Runnable::run;
    }

    /** What others know the streams' request by; null for nothing. */
    default @Nullable ParentSpan parentSpan() {
        return null;
    }

    /** The stream's text goes to this actor from now on. Comes before any message of the stream, at most once. */
    void started(String stream, ActorRef<StreamSession.Command> session);

    /** In the order of the text; nothing follows a terminal message of the same stream. */
    void send(ServerMessage message);

    /**
     * Every expert's votes on one token, before {@link #voted} says what they were mixed to; for measuring.
     *
     * @param votes valid during the call
     */
    default void cast(String stream, TokenVotes votes) {}

    /**
     * One token's mixed votes, before they enter the running risks; for measuring.
     *
     * @param tokens voted on so far, this one included
     * @param logOdds by {@link dev.weir.models.Category#ordinal()}, NaN where no awake expert votes; without what the
     *     prompt adds; valid during the call
     */
    default void voted(String stream, int tokens, double[] logOdds) {}

    /**
     * One token or lexicon match of the text more is decided; for measuring.
     *
     * @param tokens decided so far
     * @param at code points decided so far
     * @param risks running risk by {@link dev.weir.models.Category#ordinal()}; valid during the call
     */
    default void scored(String stream, int tokens, int at, double[] risks) {}

    /** The stream in numbers, just before its terminal message; not called for streams that fail. */
    default void finished(String stream, StreamSummary summary) {}
}
