package dev.weir.bench.peers;

/**
 * What one turn of one contestant cost.
 *
 * @param sent tokens in the measured part
 * @param tokens of them and of those before that an answer covered in it: what the work was done for, also where a
 *     contestant falls behind
 * @param checkpoints runs of the encoder on a window, or answers of a peer, which are the same
 * @param processorMillis of the server's process, all threads
 * @param latencyMillis of a token, from when it should have been sent to the answer that covers it
 * @param lagTokens sent after a token before the answer that covers it came
 */
record Round(
        int sent,
        long tokens,
        double checkpoints,
        long processorMillis,
        Quantiles latencyMillis,
        Quantiles lagTokens,
        int errors) {

    record Quantiles(double p50, double p99) {}

    /** NaN where none was covered, which is no cost to compare. */
    double millisPerThousandTokens() {
        return tokens == 0 ? Double.NaN : processorMillis * 1e3 / tokens;
    }

    /** NaN where there was none. */
    double millisPerCheckpoint() {
        return checkpoints == 0 ? Double.NaN : processorMillis / checkpoints;
    }

    /** 1 where the contestant keeps up; a little more or less where chunks are long. */
    double keptUp() {
        return tokens / (double) Math.max(1, sent);
    }

    double checkpointsPerThousandTokens() {
        return checkpoints * 1e3 / Math.max(1, tokens);
    }
}
