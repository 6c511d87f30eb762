package dev.weir.bench.load;

/**
 * What came back since the slice before.
 *
 * @param tokens that were due
 * @param released of the deltas covered in it, whenever they were due
 */
public record Slice(double seconds, long tokens, Latencies released, long refused) {}
