package dev.weir.protocol;

/** How far a stream's moderation may go, from weakest to strictest. */
public enum Mode implements WireName {
    /** Score and report, never act. */
    MONITOR,
    /** The reader sees text at once; a stop follows as soon as it can. */
    STREAM,
    /** The reader sees released text only. */
    GATE
}
