package dev.weir.engine.decision;

import dev.weir.models.Category;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes decisions in the order of the text. Offsets are {@link Position}s. */
public interface DecisionSink {

    /** For texts whose decisions are only read off at their end. */
    DecisionSink IGNORED = new DecisionSink() {
        @Override
        public void flagged(Flag flag) {}

        @Override
        public void redacted(Redaction redaction) {}

        @Override
        public void stopped(Stop stop) {}
    };

    void flagged(Flag flag);

    void redacted(Redaction redaction);

    void stopped(Stop stop);

    /**
     * One token or match more is decided.
     *
     * @param tokens decided so far
     * @param end of what was decided
     * @param risks running risk by {@link Category#ordinal()}; valid during the call
     */
    default void scored(int tokens, long end, double[] risks) {}

    /**
     * @param rule the lexicon rule behind it; null when the statistic crossed
     * @param late the span should have been replaced, but the reader had it already
     */
    record Flag(
            Category category,
            long from,
            long to,
            double risk,
            @Nullable String rule,
            boolean late) {}

    /** @param risk certainty of the rule, in [0, 1] */
    record Redaction(Category category, long from, long to, double risk, String replacement, String rule) {}

    /**
     * @param at end of the token or rule match that crossed
     * @param onset where the harm is estimated to begin
     * @param category the most specific one that explains the stop
     * @param categories every category at or over its threshold, {@code category} first
     */
    record Stop(
            Category category,
            List<Category> categories,
            long at,
            long onset,
            double risk,
            @Nullable String rule) {

        /** Text that missed an expert its policy wants. */
        static Stop unscored(long at, double risk) {
            return new Stop(Category.UNSCORED, List.of(Category.UNSCORED), at, at, risk, null);
        }
    }
}
