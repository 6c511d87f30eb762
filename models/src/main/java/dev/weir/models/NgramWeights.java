package dev.weir.models;

/** One signed byte for each bucket and category: what a word or a pair of words that falls there says. Immutable. */
final class NgramWeights {
    private final byte[] weights;
    private final int mask;
    private final int categories;

    /**
     * Takes {@code weights} over, it is not copied.
     *
     * @param weights row after row, one for each bucket, with its categories in their order
     * @param buckets a power of two
     */
    NgramWeights(byte[] weights, int buckets, int categories) {
        if (weights.length != (long) buckets * categories || Integer.bitCount(buckets) != 1) {
            throw new IllegalArgumentException("weights " + weights.length + ", buckets " + buckets + ", categories "
                    + categories + " (expected: buckets, a power of two, times categories)");
        }
        this.weights = weights;
        this.mask = buckets - 1;
        this.categories = categories;
    }

    /** Where the row of a word begins. */
    int row(long wordHash) {
        return ((int) SplitMix64.mix(wordHash) & mask) * categories;
    }

    /** Where the row of two words, one behind the other, begins. */
    int row(long previousHash, long wordHash) {
        return row(previousHash * 31 + wordHash);
    }

    int weight(int row, int category) {
        return weights[row + category];
    }
}
