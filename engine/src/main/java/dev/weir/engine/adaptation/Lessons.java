package dev.weir.engine.adaptation;

import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.learning.DecidingVotes;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.ledger.ReviewedDecision.Label;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.RecordedText;
import dev.weir.engine.trace.TextEvents;
import dev.weir.models.Category;
import dev.weir.models.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What reviewed decisions teach: the label, and the votes that were cast when the decision was taken. */
final class Lessons {

    /**
     * One label and what it is about.
     *
     * @param votes log-odds in the order of the experts, NaN from who was asleep
     * @param probability with which the stream was to be reviewed, in (0, 1]
     */
    record Lesson(
            String tenant,
            Category category,
            List<Double> votes,
            boolean harmful,
            List<String> reviewers,
            double probability) {

        double[] ballot() {
            return votes.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private final LedgerReader ledger;
    private final List<String> experts;
    private final StopRuleSettings rule;

    /**
     * @param ledger stays the caller's
     * @param experts in the order of the votes
     */
    Lessons(LedgerReader ledger, List<String> experts, StopRuleSettings rule) {
        this.ledger = ledger;
        this.experts = experts;
        this.rule = rule;
    }

    /** Empty where the reviewers disagree, or it is not recorded what the experts said. */
    Optional<Lesson> of(ReviewedDecision decision) {
        Optional<Recording> recorded = Recording.of(ledger, decision);
        if (recorded.isEmpty()) {
            return Optional.empty();
        }
        StreamRecord stream = recorded.get().stream();
        RecordedText reply = recorded.get().trace().reply();
        try {
            Optional<WeightsVersion> version = version(stream.weights());
            if (reply == null || version.isEmpty()) {
                return Optional.empty();
            }
            Category category = category(decision);
            DecidingVotes deciding = new DecidingVotes(experts, category, rule);
            reply.play(version.get().weights().forTenant(stream.tenant()), into(deciding));
            double[] votes = deciding.votes();
            return Arrays.stream(votes).allMatch(Double::isNaN)
                    ? Optional.empty()
                    : Optional.of(new Lesson(
                            stream.tenant(),
                            category,
                            Arrays.stream(votes).boxed().toList(),
                            decision.label() == Label.HARMFUL,
                            decision.reviewers(),
                            decision.auditProbability()));
        } catch (MalformedTraceException e) {
            return Optional.empty();
        }
    }

    /** What the reviewers named, or the receipt did, or harm of any kind. */
    private static Category category(ReviewedDecision decision) {
        String named = decision.categories().isEmpty()
                ? decision.receipt().category()
                : decision.categories().getFirst();
        return named == null ? Category.OTHER : Category.ofWireName(named).orElse(Category.OTHER);
    }

    private Optional<WeightsVersion> version(long number) throws MalformedTraceException {
        Optional<Definition> definition = ledger.definition(Definition.WEIGHTS, Long.toString(number));
        return definition.isEmpty() ? Optional.empty() : Optional.of(Definitions.weights(definition.get()));
    }

    private static TextEvents into(DecidingVotes deciding) {
        return new TextEvents() {
            @Override
            public void token(long start, long end, TokenVotes votes) {
                deciding.onToken(votes, votes.mix());
            }

            @Override
            public void match(Rule match, long start, long end) {}

            @Override
            public void unread(List<String> asleep, long at) {}

            @Override
            public void broken(List<String> asleep, long at) {}
        };
    }
}
