package dev.weir.engine.telemetry;

import dev.weir.protocol.ServerMessage;

/** What is told of one stream. Used by the stream's actor alone. */
public interface StreamSpan {

    StreamSpan NONE = new StreamSpan() {
        @Override
        public void said(ServerMessage message) {}

        @Override
        public void over(String outcome, int tokens) {}
    };

    /** The client is told this. */
    void said(ServerMessage message);

    /**
     * The stream is over, however it ended; nothing follows.
     *
     * @param outcome as {@link Telemetry#streamEnded} takes it
     * @param tokens decided
     */
    void over(String outcome, int tokens);
}
