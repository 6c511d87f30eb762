package dev.weir.engine.stream;

import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.ReceiptId;
import dev.weir.models.Category;
import java.time.Clock;
import java.util.List;
import java.util.Locale;

/** Writes one stream's receipts. */
final class Receipts {

    private final StreamContext stream;
    private final Clock clock;

    /**
     * What a decision was taken from.
     *
     * @param votes of each learned expert on the decision's category
     * @param asleep experts that did not vote on part of the text
     * @param coarse whether overload left positions to a later window
     */
    record Evidence(List<Receipt.ExpertVote> votes, List<String> asleep, boolean coarse) {}

    Receipts(StreamContext stream, Clock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /** @param released what the reader may have seen, a {@link Position} */
    Receipt write(Decision decision, long released, Evidence evidence) {
        Category category = decision.category();
        int releasedOffset = Position.codePoints(released);
        boolean isEnd = decision.kind() == Decision.Kind.END;
        return new Receipt(
                ReceiptId.of(stream.identity().streamUid(), stream.identity().openedMillis(), decision.key()),
                stream.tenant(),
                stream.identity().streamUid(),
                decision.kind().wireName(),
                clock.millis(),
                stream.request().stream(),
                stream.request().conversation(),
                stream.request().channel(),
                stream.policy().id(),
                stream.mode().name().toLowerCase(Locale.ROOT),
                stream.ensemble().weights().version(),
                decision.action(),
                category == null ? null : category.wireName(),
                decision.categories().stream().map(Category::wireName).toList(),
                Policy.severity(decision.kind() == Decision.Kind.STOP, decision.risk())
                        .name()
                        .toLowerCase(Locale.ROOT),
                decision.rule(),
                decision.onset(),
                decision.at(),
                releasedOffset,
                isEnd ? 0 : Math.max(0, releasedOffset - decision.onset()),
                decision.risk(),
                evidence.votes(),
                evidence.asleep(),
                evidence.coarse());
    }
}
