package dev.weir.engine.stream;

import dev.weir.engine.decision.DecisionSink.Flag;
import dev.weir.engine.decision.DecisionSink.Redaction;
import dev.weir.engine.decision.DecisionSink.Stop;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.ReceiptId;
import dev.weir.models.Category;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one stream's receipts. */
final class Receipts {

    private final StreamContext stream;
    private final Clock clock;

    Receipts(StreamContext stream, Clock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /** @param released what the reader may have seen, a {@link Position} */
    Receipt stop(Stop stop, long released, List<String> asleep) {
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
                asleep);
    }

    Receipt flag(Flag flag, long released, List<String> asleep) {
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
                asleep);
    }

    Receipt redaction(Redaction redaction, long released, List<String> asleep) {
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
                asleep);
    }

    Receipt end(String verdict, @Nullable Category worst, long through, double maxRisk, List<String> asleep) {
        return write("end", verdict, worst, List.of(), null, through, through, through, maxRisk, asleep);
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
            List<String> asleep) {
        int onsetOffset = Position.codePoints(onset);
        int atOffset = Position.codePoints(at);
        int releasedOffset = Position.codePoints(released);
        String decision =
                kind + '/' + (category == null ? "" : category.wireName()) + '/' + onsetOffset + '/' + atOffset;
        return new Receipt(
                ReceiptId.of(stream.identity().streamUid(), stream.identity().openedMillis(), decision),
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
                Policy.severity(risk).name().toLowerCase(Locale.ROOT),
                rule,
                onsetOffset,
                atOffset,
                releasedOffset,
                kind.equals("end") ? 0 : Math.max(0, releasedOffset - onsetOffset),
                risk,
                experts(category),
                asleep);
    }

    private List<Receipt.ExpertVote> experts(@Nullable Category category) {
        Category weighed = category == null ? Category.OTHER : category;
        List<Receipt.ExpertVote> votes = new ArrayList<>();
        for (EnsembleSnapshot.Streaming member : stream.ensemble().streaming()) {
            votes.add(vote(member.expert().name(), member.expert().version(), weighed));
        }
        for (EnsembleSnapshot.Windowed member : stream.ensemble().windowed()) {
            votes.add(vote(member.expert().name(), member.expert().version(), weighed));
        }
        return votes;
    }

    private Receipt.ExpertVote vote(String expert, String version, Category category) {
        return new Receipt.ExpertVote(
                expert, version, stream.ensemble().weights().of(expert, category), null);
    }
}
