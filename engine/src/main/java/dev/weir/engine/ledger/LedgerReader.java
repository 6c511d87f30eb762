package dev.weir.engine.ledger;

import java.util.List;
import java.util.Optional;

/**
 * Reads a ledger beside whoever writes it, on a connection of its own and a few entries at a time, so that memory does
 * not grow with what is read. One thread at a time. Every method throws {@link java.io.UncheckedIOException} when the
 * database fails.
 */
public interface LedgerReader extends AutoCloseable {

    /** Takes entries one by one, in the order of their sequence numbers. */
    interface Each<E> {
        /** @param sequence where to go on after this one, given as {@code after} */
        void take(long sequence, E entry);
    }

    /** Every stream that ended, traces included. {@code after} 0 begins with the oldest that is kept. */
    void streams(long after, Each<StreamRecord> each);

    /** The latest record of a stream. */
    Optional<StreamRecord> stream(String uid);

    Optional<Receipt> receipt(String tenant, String id);

    /** All receipts of a stream that are kept, oldest first. */
    List<Receipt> receiptsOf(String streamUid);

    /** As it stands now. */
    Optional<Definition> definition(String kind, String id);

    /**
     * As it stood when the entry of this sequence number was written: an operator may change a policy and leave its
     * version.
     */
    Optional<Definition> definition(String kind, String id, long at);

    /**
     * Every decision that has a review written after {@code after}, once each, in the order of their last reviews and with
     * what all reviews so far come to. A decision reviewed again later is given again.
     */
    void reviewed(long after, Each<ReviewedDecision> each);

    @Override
    void close();
}
