package dev.weir.engine.trace;

import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.models.Rule;
import java.util.List;

/**
 * All that the decisions on one text are made from, in the order in which they are made. Positions are
 * {@link dev.weir.engine.decision.Position}s; a recorded text gives them in code points alone.
 */
public interface TextEvents {

    /** @param votes valid during the call */
    void token(long start, long end, TokenVotes votes);

    /** A match of a lexicon rule became final. */
    void match(Rule rule, long start, long end);

    /** Some of the text up to {@code at} is in a language that these experts were not trained for. */
    void unread(List<String> experts, long at);

    /** From {@code at} on these experts do not vote any more, all that were lost so far. */
    void broken(List<String> experts, long at);
}
