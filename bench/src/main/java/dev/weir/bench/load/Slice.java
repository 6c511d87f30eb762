package dev.weir.bench.load;

/**
 * What came back since the slice before.
 *
 * @param released of the deltas covered in it
 */
public record Slice(
        double seconds, long tokens, Latencies released, long refused, long coarseTokens, long unscoredTokens) {}
