package dev.weir.engine.ledger;

import java.util.Locale;
import java.util.Optional;

/** What an entry of the ledger is. */
public enum Kind {
    RECEIPT,
    STREAM,
    REVIEW,
    DEFINITION,
    /** What an operator did. */
    ACTION,
    /** What was pruned before it, so that the chain can be checked without it. */
    CHECKPOINT,
    /** The key of a tenant's texts was destroyed. */
    ERASURE;

    /** As it stands in the database. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String stored) {
        for (Kind kind : values()) {
            if (kind.stored().equals(stored)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
