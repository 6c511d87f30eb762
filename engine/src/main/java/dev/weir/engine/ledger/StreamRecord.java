package dev.weir.engine.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream, written when it is over, however it ended. A stream that lost its connection and was resumed has one record
 * for each time it ended, under the same {@code uid}.
 *
 * @param uid drawn when the stream was first opened
 * @param stream the client's name for it
 * @param mode {@code monitor}, {@code stream} or {@code gate}
 * @param policy name and version
 * @param weights version of the weights its votes were mixed with
 * @param outcome {@code pass}, {@code flagged}, {@code stopped}, {@code cancelled}, {@code abandoned}, or the code of the
 *     error that ended it
 * @param receipts ids of its receipts in the order they were written, at most {@link #MAX_RECEIPTS}; all of them are found
 *     by {@code uid}
 * @param auditProbability with which a stream that came out so is drawn for audit; 1 for one that is never drawn, so that
 *     a review of it stands for itself alone. Set by the ledger
 * @param audited whether it was drawn. Set by the ledger
 * @param tokens decided
 * @param trace what the decisions were made from, in a form the ledger does not read; empty for none
 * @param text that was moderated, to be kept encrypted; null unless the policy says so
 */
@SuppressWarnings("ArrayRecordComponent") // a blob, compared by nobody
public record StreamRecord(
        String uid,
        String tenant,
        String stream,
        @Nullable String conversation,
        String channel,
        long openedMillis,
        long endedMillis,
        String mode,
        String policy,
        long weights,
        String outcome,
        List<String> receipts,
        double auditProbability,
        boolean audited,
        int tokens,
        byte[] trace,
        @Nullable String text) {

    /** A text full of addresses has a redaction for each, and its stream keeps no list without end. */
    public static final int MAX_RECEIPTS = 64;

    public StreamRecord {
        receipts = List.copyOf(receipts);
    }
}
