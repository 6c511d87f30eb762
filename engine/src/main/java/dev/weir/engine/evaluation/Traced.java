package dev.weir.engine.evaluation;

/**
 * One text as one way of scoring saw it.
 *
 * @param tokens of the whole text
 * @param onsetToken which token, counted from 1, holds the start of the first annotated harm; -1 when none is annotated
 * @param encoderTokens fed to an encoder by a re-scoring baseline; 0 where the way of scoring is not one
 */
record Traced(boolean harmful, int tokens, int onsetToken, Staircase risk, long encoderTokens) {

    Outcome at(double threshold) {
        return new Outcome(harmful, tokens, onsetToken, risk.tokensAt(threshold));
    }

    Ranking.Point point() {
        return new Ranking.Point(risk.top(), harmful);
    }
}
