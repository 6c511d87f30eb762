package dev.weir.engine.evaluation;

/**
 * What a threshold made of one text.
 *
 * @param tokens of the whole text; 0 for a prompt, which is decided whole
 * @param onsetToken which token, counted from 1, holds the start of the first annotated harm; -1 when none is annotated
 * @param stopToken how many tokens had been decided at the stop; -1 when there was none
 */
record Outcome(boolean harmful, int tokens, int onsetToken, int stopToken) {

    boolean stopped() {
        return stopToken >= 0;
    }

    /** Whether how much had been seen says anything: of a short text much has been seen at its first token. */
    boolean isLong() {
        return tokens > Report.LONG_TEXT_TOKENS;
    }

    double shareSeen() {
        return (double) stopToken / tokens;
    }
}
