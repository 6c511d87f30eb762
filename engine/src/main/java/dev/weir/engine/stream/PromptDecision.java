package dev.weir.engine.stream;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import java.util.List;

/**
 * What became of the messages that a text answers.
 *
 * @param risk largest of the prompt, in [0, 1]
 * @param worst its category
 * @param broken required experts that failed or came too late
 * @param unread required experts that were not trained for the language of some of it
 */
record PromptDecision(double risk, Category worst, Action action, List<String> broken, List<String> unread) {

    /** Of a text that answers nothing. */
    static final PromptDecision NONE = new PromptDecision(0, Category.OTHER, Action.PASS, List.of(), List.of());
}
