package dev.weir.engine.trace;

/** Why a recording goes no further. */
public enum TraceEnd {
    /** The stream was stopped: what its text would have been is not known. */
    STOPPED,
    /** The text was decided to its end. */
    ENDED,
    /** The client gave the stream up. */
    CANCELLED,
    /** An error or a lost connection: the stream has no decision about its end. */
    BROKEN_OFF
}
