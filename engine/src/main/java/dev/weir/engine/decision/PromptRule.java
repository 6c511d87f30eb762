package dev.weir.engine.decision;

import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.List;

/**
 * What a policy does about the messages a text answers.
 *
 * @param flagAt risk in (0, 1] from which a prompt is reported
 * @param stopAt risk in (0, 1] from which the stream is stopped before its first character
 * @param carry log-odds that a prompt of risk above a half adds to each token of the reply, for each of its own;
 *     at least 0, so that a prompt may raise the reply's risk and never lower it
 */
public record PromptRule(double flagAt, double stopAt, double carry) {

    void validate(String path, List<String> problems) {
        if (!(flagAt > 0 && flagAt <= 1)) {
            problems.add(path + ".flag-at: " + flagAt + " (expected: above 0, at most 1)");
        }
        if (!(stopAt > 0 && stopAt <= 1)) {
            problems.add(path + ".stop-at: " + stopAt + " (expected: above 0, at most 1)");
        }
        if (!(carry >= 0 && carry <= 1)) {
            problems.add(path + ".carry: " + carry + " (expected: 0 to 1)");
        }
    }

    /** @param risk of the prompt, in [0, 1] */
    public Action action(double risk, Mode mode) {
        if (risk >= stopAt && mode != Mode.MONITOR) {
            return Action.STOP;
        }
        return risk >= flagAt ? Action.FLAG : Action.PASS;
    }

    /** Log-odds the prompt adds to each token of the reply; at least 0. */
    public double carriedLogOdds(double promptRisk) {
        double certain = Math.min(promptRisk, 0.999);
        return certain <= 0.5 ? 0 : carry * LogOdds.of(certain);
    }
}
