package dev.weir.bench.peers;

import org.HdrHistogram.Histogram;

/** What the client saw of one turn. Thread-safe. */
final class Tally {
    private Histogram latencyMicros = new Histogram(3_600_000_000L, 3);
    private Histogram lagTokens = new Histogram(1_000_000, 3);
    private int tokens;
    private int answers;
    private int errors;

    synchronized void sent() {
        tokens++;
    }

    /** An answer said something new. */
    synchronized void answered() {
        answers++;
    }

    /**
     * A token is covered by an answer.
     *
     * @param nanos since it should have been sent
     * @param laterTokens of its text that were sent before the answer came
     */
    synchronized void covered(long nanos, int laterTokens) {
        latencyMicros.recordValue(Math.max(1, nanos / 1000));
        lagTokens.recordValue(laterTokens);
    }

    synchronized void failed() {
        errors++;
    }

    synchronized int tokens() {
        return tokens;
    }

    /** What was seen since the last time it was taken. */
    synchronized Seen take() {
        Seen seen = new Seen(tokens, answers, errors, latencyMicros, lagTokens);
        latencyMicros = new Histogram(3_600_000_000L, 3);
        lagTokens = new Histogram(1_000_000, 3);
        tokens = 0;
        answers = 0;
        errors = 0;
        return seen;
    }

    record Seen(int tokens, int answers, int errors, Histogram latencyMicros, Histogram lagTokens) {}
}
