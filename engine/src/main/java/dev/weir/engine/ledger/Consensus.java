package dev.weir.engine.ledger;

import dev.weir.engine.ledger.ReviewedDecision.Label;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the reviews of one receipt come to. The rule: each reviewer's latest review counts, the majority of them decides,
 * and a tie is no label.
 *
 * @param reviewers on the winning side, ascending
 * @param categories named by more than half of those who say so
 */
record Consensus(Label label, List<String> categories, List<String> reviewers) {

    /** @param reviews of one receipt, oldest first */
    static Consensus of(List<Review> reviews) {
        Map<String, Review> latest = new LinkedHashMap<>();
        reviews.forEach(review -> latest.put(review.reviewer(), review));
        List<Review> harmful = saying(Label.HARMFUL, latest.values());
        List<Review> harmless = saying(Label.HARMLESS, latest.values());
        if (harmful.size() == harmless.size()) {
            return new Consensus(Label.DISPUTED, List.of(), List.of());
        }
        return harmful.size() > harmless.size()
                ? new Consensus(Label.HARMFUL, categories(harmful), reviewers(harmful))
                : new Consensus(Label.HARMLESS, categories(harmless), reviewers(harmless));
    }

    private static List<Review> saying(Label label, Collection<Review> reviews) {
        return reviews.stream().filter(review -> label(review) == label).toList();
    }

    private static List<String> reviewers(List<Review> winners) {
        return winners.stream().map(Review::reviewer).sorted().toList();
    }

    private static Label label(Review review) {
        return switch (review.verdict()) {
            case "right_stop", "missed" -> Label.HARMFUL;
            case "wrong_stop", "right_pass" -> Label.HARMLESS;
            default -> Label.DISPUTED;
        };
    }

    private static List<String> categories(List<Review> winners) {
        return winners.stream()
                .flatMap(review -> review.categories().stream().distinct())
                .distinct()
                .filter(category -> 2
                                * winners.stream()
                                        .filter(review -> review.categories().contains(category))
                                        .count()
                        > winners.size())
                .toList();
    }
}
