package dev.weir.engine.decision;

import dev.weir.models.Category;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a stream, or how it came out, in the terms of its receipt. Made from votes alone: a recorded stream
 * gives the same ones again.
 *
 * @param action what a receipt names as done; for the end how the stream came out
 * @param category null for the end of a clean stream
 * @param onset estimated start of the harm, in code points
 * @param at end of what decided, in code points
 * @param risk in [0, 1]; for the end the largest of the stream
 */
public record Decision(
        Kind kind,
        String action,
        @Nullable Category category,
        List<Category> categories,
        @Nullable String rule,
        int onset,
        int at,
        double risk) {

    /** What there are receipts for. */
    public enum Kind {
        STOP,
        FLAG,
        REDACT,
        END;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        public String wireName() {
            return wireName;
        }
    }

    public Decision {
        categories = List.copyOf(categories);
    }

    public static Decision of(DecisionSink.Stop stop) {
        return of(Kind.STOP, stop.category(), stop.categories(), stop.rule(), stop.onset(), stop.at(), stop.risk());
    }

    public static Decision of(DecisionSink.Flag flag) {
        return of(
                Kind.FLAG,
                flag.category(),
                List.of(flag.category()),
                flag.rule(),
                flag.from(),
                flag.to(),
                flag.risk());
    }

    public static Decision of(DecisionSink.Redaction redaction) {
        return of(
                Kind.REDACT,
                redaction.category(),
                List.of(redaction.category()),
                redaction.rule(),
                redaction.from(),
                redaction.to(),
                redaction.risk());
    }

    /** @param through {@link Position} up to which the stream came */
    public static Decision of(Ending ending, long through) {
        int at = Position.codePoints(through);
        return new Decision(
                Kind.END,
                ending.verdict().name().toLowerCase(Locale.ROOT),
                ending.worst(),
                List.of(),
                null,
                at,
                at,
                ending.maxRisk());
    }

    /** What tells it from the other decisions on its stream. */
    public String key() {
        return kind.wireName() + '/' + (category == null ? "" : category.wireName()) + '/' + onset + '/' + at;
    }

    private static Decision of(
            Kind kind,
            Category category,
            List<Category> categories,
            @Nullable String rule,
            long onset,
            long at,
            double risk) {
        return new Decision(
                kind,
                kind.wireName(),
                category,
                categories,
                rule,
                Position.codePoints(onset),
                Position.codePoints(at),
                risk);
    }
}
