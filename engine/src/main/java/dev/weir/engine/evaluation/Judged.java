package dev.weir.engine.evaluation;

/**
 * A labelled text after its stream.
 *
 * @param harmful what the label says
 * @param risk the largest calibrated risk of the stream, in [0, 1]
 * @param tokens of the whole text
 * @param stopToken how many tokens had been decided when the policy's threshold was reached; -1 never
 * @param stopAt where that was, in code points; -1 never
 * @param stopOnset where the harm was estimated to begin, in code points; -1 never
 * @param spanStart where the first annotated harmful span begins, in code points; -1 when there is none
 */
public record Judged(
        boolean harmful, double risk, int tokens, int stopToken, int stopAt, int stopOnset, int spanStart) {

    /** Whether the policy would have stopped this text. */
    boolean stopped() {
        return stopToken >= 0;
    }
}
