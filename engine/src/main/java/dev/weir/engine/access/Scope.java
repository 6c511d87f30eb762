package dev.weir.engine.access;

/** What a credential is good for. */
public enum Scope {
    /** Open streams, relay, and ask for moderations. */
    STREAM,
    /** Say what was right and what was wrong. */
    REVIEW,
    /** See and change how the server decides. */
    ADMIN
}
