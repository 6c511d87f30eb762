package dev.weir.engine.decision;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.List;
import java.util.Optional;

/**
 * What became of the messages that a text answers.
 *
 * @param risk largest of the prompt, in [0, 1]
 * @param worst its category
 * @param carriedLogOdds what it adds to each token of the reply; at least 0
 * @param broken required experts that failed or came too late
 * @param unread required experts that were not trained for the language of some of it
 * @param stop of the stream before its first character, if the policy wants it
 */
public record PromptDecision(
        double risk,
        Category worst,
        Action action,
        double carriedLogOdds,
        List<String> broken,
        List<String> unread,
        Optional<DecisionSink.Stop> stop) {

    /** Of a text that answers nothing. */
    public static final PromptDecision NONE =
            new PromptDecision(0, Category.OTHER, Action.PASS, 0, List.of(), List.of(), Optional.empty());

    /** A decider for a prompt, which is decided once it is read to its end. */
    public static Decider newDecider(Policy policy) {
        return new Decider(policy, Mode.MONITOR, 0, DecisionSink.IGNORED);
    }

    /**
     * @param mode of the stream
     * @param prompt has read it all
     * @param broken experts that failed or came too late, required or not
     * @param unread experts that were not trained for the language of some of it, required or not
     */
    public static PromptDecision of(
            Policy policy, Mode mode, Decider prompt, List<String> broken, List<String> unread) {
        double risk = prompt.maxRisk();
        Category worst = prompt.worstCategory();
        Action action = policy.prompt().action(risk, mode);
        Optional<DecisionSink.Stop> stop = Optional.empty();
        if (action == Action.STOP) {
            stop = Optional.of(
                    new DecisionSink.Stop(worst, List.of(worst), Position.START, Position.START, risk, null));
        } else if (policy.stopsUnread(unread) && mode != Mode.MONITOR) {
            stop = Optional.of(DecisionSink.Stop.unscored(Position.START, risk));
        }
        return new PromptDecision(
                risk,
                worst,
                action,
                policy.prompt().carriedLogOdds(risk),
                policy.required(broken),
                policy.required(unread),
                stop);
    }
}
