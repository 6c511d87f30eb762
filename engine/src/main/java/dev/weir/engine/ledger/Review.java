package dev.weir.engine.ledger;

import java.util.List;

/**
 * What somebody thought of a decision.
 *
 * @param id chosen by the reviewer's client; what is sent twice with one id is recorded once
 * @param tenant of the reviewer, who can only review receipts of the same
 * @param receipt the decision's
 * @param verdict {@code right_stop}, {@code wrong_stop}, {@code missed} or {@code right_pass}
 * @param categories what the reviewer found in the text; may be empty
 * @param atMillis when it came, since the epoch
 */
public record Review(
        String id,
        String tenant,
        String receipt,
        String verdict,
        List<String> categories,
        String reviewer,
        long atMillis) {

    public Review {
        categories = List.copyOf(categories);
    }

    /** Whether the other one says the same, whenever it came. */
    boolean saysTheSameAs(Review other) {
        return tenant.equals(other.tenant)
                && receipt.equals(other.receipt)
                && verdict.equals(other.verdict)
                && categories.equals(other.categories)
                && reviewer.equals(other.reviewer);
    }
}
