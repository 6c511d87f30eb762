package dev.weir.adapters;

import dev.weir.protocol.ServerMessage;

/** How a moderated text ends that the server stopped: after what was released, in place of its completion. */
public final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ServerMessage.Stopped stopped;

    public StoppedException(ServerMessage.Stopped stopped) {
        super("the text was stopped: " + stopped.category() + ", receipt " + stopped.receipt());
        this.stopped = stopped;
    }

    /** What the server said; its message may be shown to the reader. */
    public ServerMessage.Stopped stopped() {
        return stopped;
    }
}
