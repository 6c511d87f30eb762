package dev.weir.engine.decision;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ServerMessage.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * How a stream that nothing stopped came out.
 *
 * @param worst the category of {@code maxRisk}; null unless something was flagged
 * @param maxRisk largest of the text, in [0, 1]
 */
public record Ending(Verdict verdict, @Nullable Category worst, double maxRisk) {

    /** Its text was decided to the end. */
    public static Ending ofWhole(PromptDecision prompt, Decider text) {
        boolean flagged = text.action() != Action.PASS || prompt.action() == Action.FLAG;
        return new Ending(
                flagged ? Verdict.FLAGGED : Verdict.PASS, flagged ? text.worstCategory() : null, text.maxRisk());
    }

    /** The client gave it up; {@code text} is null when its prompt was not decided by then. */
    public static Ending ofCancelled(@Nullable Decider text) {
        return new Ending(Verdict.CANCELLED, null, text == null ? 0 : text.maxRisk());
    }
}
