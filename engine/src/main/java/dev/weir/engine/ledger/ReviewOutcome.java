package dev.weir.engine.ledger;

/** What became of a review. */
public enum ReviewOutcome {
    /** It is durable, now or since it was first sent. */
    RECORDED,
    /** Its tenant has no such receipt. */
    UNKNOWN_RECEIPT,
    /** A review with this id is recorded and says something else. */
    CONFLICT,
    /** Too much waits to be written, or it could not be written. Worth trying again. */
    UNAVAILABLE
}
