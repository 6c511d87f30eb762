package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import dev.weir.protocol.ServerMessage;

/** Whoever opened a stream and wants its verdicts: a connection, or a command line. Called from any thread, never blocks. */
public interface StreamListener {

    /** The stream's text goes to this actor from now on. Comes before any message of the stream, at most once. */
    void started(String stream, ActorRef<StreamSession.Command> session);

    /** In the order of the text; nothing follows a terminal message of the same stream. */
    void send(ServerMessage message);

    /** The stream in numbers, just before its terminal message; not called for streams that fail. */
    default void finished(String stream, StreamSummary summary) {}
}
