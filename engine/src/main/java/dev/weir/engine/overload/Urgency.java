package dev.weir.engine.overload;

/** What waiting costs the stream that a row belongs to, the least first. */
public enum Urgency {
    /** Nobody reads while it waits: whoever asked is answered once all of his texts are scored, whatever their mode. */
    UNATTENDED(0.125),
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

    /** What it becomes while the votes may well stop the stream: the same where a stop would spare nobody anything. */
    public Urgency nearStop() {
        return compareTo(SHOWN) < 0 ? this : NEAR_STOP;
    }

    /** The share of the target delay that a row may have to wait and still be let into a queue, in overload. */
    double share() {
        return share;
    }
}
