package dev.weir.engine.evaluation;

import java.util.Arrays;

/**
 * Where along a text a running risk rose above all it had been before: enough to say for every threshold whether and when
 * it stops the text, in the memory of the few tokens that set a record. Not thread-safe while it grows.
 */
public final class Staircase {

    private int[] tokens = new int[8];
    private double[] risks = new double[8];
    private int steps;

    /** Takes the risk after the first {@code tokenCount} tokens; called in the order of the text. */
    public void add(int tokenCount, double risk) {
        if (steps > 0 && !(risk > risks[steps - 1])) {
            return;
        }
        if (steps == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * steps);
            risks = Arrays.copyOf(risks, 2 * steps);
        }
        tokens[steps] = tokenCount;
        risks[steps++] = risk;
    }

    /** The largest risk of the text; 0 when nothing was scored. */
    double top() {
        return steps == 0 ? 0 : risks[steps - 1];
    }

    /** How many tokens had been decided when the risk first reached {@code threshold}; -1 never. */
    public int tokensAt(double threshold) {
        int found = Arrays.binarySearch(risks, 0, steps, threshold);
        int step = found >= 0 ? found : -found - 1;
        return step == steps ? -1 : tokens[step];
    }
}
