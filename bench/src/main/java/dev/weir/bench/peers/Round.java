package dev.weir.bench.peers;

/**
 * What one turn of one contestant cost.
 *
 * @param tokens sent in the measured part
 * @param checkpoints runs of the encoder on a window, or answers of a peer, which are the same
 * @param processorMillis of the server's process, all threads
 * @param latencyMillis of a token, from when it should have been sent to the answer that covers it
 * @param lagTokens sent after a token before the answer that covers it came
 */
record Round(
        int tokens,
        double checkpoints,
        long processorMillis,
        Quantiles latencyMillis,
        Quantiles lagTokens,
        int errors) {

    record Quantiles(double p50, double p99) {}

    double millisPerThousandTokens() {
        return processorMillis * 1e3 / Math.max(1, tokens);
    }

    /** NaN where there was none. */
    double millisPerCheckpoint() {
        return checkpoints == 0 ? Double.NaN : processorMillis / checkpoints;
    }

    double checkpointsPerThousandTokens() {
        return checkpoints * 1e3 / Math.max(1, tokens);
    }
}
