package dev.weir.engine.warmup;

/** Tells when the cost of doing the same again and again has stopped falling. */
final class Settling {

    /** A round that costs less than this share of the cheapest one before it shows that more is to be had. */
    private static final double CHEAPER = 0.9;

    /** Rounds in a row that were not cheaper: one alone may have had a collection or a neighbour in it. */
    private static final int ROUNDS = 2;

    private long least = Long.MAX_VALUE;
    private int inARow;

    /**
     * One round more.
     *
     * @param cost in any common unit, above 0
     * @return whether it has settled
     */
    boolean settles(long cost) {
        inARow = cost < CHEAPER * least ? 0 : inARow + 1;
        least = Math.min(least, cost);
        return inARow >= ROUNDS;
    }
}
