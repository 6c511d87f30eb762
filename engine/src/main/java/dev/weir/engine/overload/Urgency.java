package dev.weir.engine.overload;

/** What waiting costs the stream that a row belongs to, the least first. */
public enum Urgency {
    /** Nothing is done about the stream, whatever the votes say. */
    MONITORED(0.25),
    /** The reader sees the text at once. */
    SHOWN(0.25),
    /** The reader waits for the text. */
    HELD(0.5),
    /** The risk is so high that the votes may well stop the stream. */
    NEAR_STOP(1);

    private final double share;

    Urgency(double share) {
        this.share = share;
    }

    /** The share of the target delay that a row may have to wait and still be let into a queue, in overload. */
    double share() {
        return share;
    }
}
