package dev.weir.engine.stream;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import java.util.List;

/**
 * What became of the messages that a text answers.
 *
 * @param risk largest of the prompt, in [0, 1]
 * @param worst its category
 * @param missing required experts that did not vote on part of it
 */
record PromptDecision(double risk, Category worst, Action action, List<String> missing) {

    /** Of a text that answers nothing. */
    static final PromptDecision NONE = new PromptDecision(0, Category.OTHER, Action.PASS, List.of());
}
