package dev.weir.engine.ledger;

/** Whose streams, receipts and reviews they are. */
public final class Tenant {

    /** Everybody's, as long as no client says who it is. */
    public static final String DEFAULT = "default";

    private Tenant() {}
}
