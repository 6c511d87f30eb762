package dev.weir.engine.ledger;

import java.util.List;

/**
 * A decision and what its reviewers make of it together.
 *
 * @param label {@link Label#DISPUTED} is no label: whoever learned from an earlier one takes it back
 * @param categories named by more than half of the reviewers on the winning side
 * @param reviewers whose reviews agree with the label, ascending; none when it is disputed
 * @param auditProbability with which the stream was drawn for audit; 1 for one that was not drawn, whose review stands
 *     for itself alone
 */
public record ReviewedDecision(
        Receipt receipt, Label label, List<String> categories, List<String> reviewers, double auditProbability) {

    /** What the text is, in the eyes of its reviewers. */
    public enum Label {
        /** It was right to stop it, or wrong to let it pass. */
        HARMFUL,
        /** It was wrong to stop it, or right to let it pass. */
        HARMLESS,
        DISPUTED
    }

    public ReviewedDecision {
        categories = List.copyOf(categories);
        reviewers = List.copyOf(reviewers);
    }
}
