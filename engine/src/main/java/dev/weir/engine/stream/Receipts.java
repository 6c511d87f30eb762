package dev.weir.engine.stream;

import dev.weir.engine.decision.DecisionSink.Flag;
import dev.weir.engine.decision.DecisionSink.Redaction;
import dev.weir.engine.decision.DecisionSink.Stop;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.ReceiptId;
import dev.weir.engine.ledger.Tenant;
import dev.weir.models.Category;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one stream's receipts. */
final class Receipts {

    private final StreamContext stream;
    private final Clock clock;

    /**
     * What a decision was taken from.
     *
     * @param votes of each learned expert on the decision's category
     * @param asleep experts that did not vote
     */
    record Evidence(List<Receipt.ExpertVote> votes, List<String> asleep) {}

    Receipts(StreamContext stream, Clock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /** @param released what the reader may have seen, a {@link Position} */
    Receipt stop(Stop stop, long released, Evidence evidence) {
        return write(
                "stop",
                "stop",
                stop.category(),
                stop.categories(),
                stop.rule(),
                stop.onset(),
                stop.at(),
                released,
                stop.risk(),
                evidence);
    }

    Receipt flag(Flag flag, long released, Evidence evidence) {
        return write(
                "flag",
                "flag",
                flag.category(),
                List.of(flag.category()),
                flag.rule(),
                flag.from(),
                flag.to(),
                released,
                flag.risk(),
                evidence);
    }

    Receipt redaction(Redaction redaction, long released, Evidence evidence) {
        return write(
                "redact",
                "redact",
                redaction.category(),
                List.of(redaction.category()),
                redaction.rule(),
                redaction.from(),
                redaction.to(),
                released,
                redaction.risk(),
                evidence);
    }

    Receipt end(String verdict, @Nullable Category worst, long through, double maxRisk, Evidence evidence) {
        return write("end", verdict, worst, List.of(), null, through, through, through, maxRisk, evidence);
    }

    private Receipt write(
            String kind,
            String action,
            @Nullable Category category,
            List<Category> categories,
            @Nullable String rule,
            long onset,
            long at,
            long released,
            double risk,
            Evidence evidence) {
        int onsetOffset = Position.codePoints(onset);
        int atOffset = Position.codePoints(at);
        int releasedOffset = Position.codePoints(released);
        String decision =
                kind + '/' + (category == null ? "" : category.wireName()) + '/' + onsetOffset + '/' + atOffset;
        return new Receipt(
                ReceiptId.of(stream.identity().streamUid(), stream.identity().openedMillis(), decision),
                Tenant.DEFAULT,
                stream.identity().streamUid(),
                kind,
                clock.millis(),
                stream.request().stream(),
                stream.request().conversation(),
                stream.request().channel(),
                stream.policy().id(),
                stream.mode().name().toLowerCase(Locale.ROOT),
                stream.ensemble().weights().version(),
                action,
                category == null ? null : category.wireName(),
                categories.stream().map(Category::wireName).toList(),
                Policy.severity(kind.equals("stop"), risk).name().toLowerCase(Locale.ROOT),
                rule,
                onsetOffset,
                atOffset,
                releasedOffset,
                kind.equals("end") ? 0 : Math.max(0, releasedOffset - onsetOffset),
                risk,
                evidence.votes(),
                evidence.asleep());
    }
}
