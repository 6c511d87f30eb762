package dev.weir.engine.stream;

/**
 * How long ago the text came that is decided now. Two groups of tokens are told apart, as experts are asked about a stream
 * once at a time: those that are out for votes, and those that came since; each is as old as its oldest delta. So what a
 * generator's next token has to settle is not counted before it is settled, and a delta that came just before a decision
 * does not make the decision look fast.
 */
final class TextAge {

    static final long NONE = -1;

    private int decidedTokens;
    private int outThrough;
    private long outSinceNanos;
    private int nextThrough;
    private long nextSinceNanos;
    private long latestNanos;

    /**
     * A delta came.
     *
     * @param settledTokens of the whole text, this delta included
     */
    void received(int settledTokens, long nowNanos) {
        latestNanos = nowNanos;
        if (settledTokens <= Math.max(outThrough, nextThrough)) {
            return;
        }
        if (decidedTokens >= outThrough) {
            outThrough = settledTokens;
            outSinceNanos = nowNanos;
            return;
        }
        if (nextThrough <= outThrough) {
            nextSinceNanos = nowNanos;
        }
        nextThrough = settledTokens;
    }

    /**
     * Tokens were decided.
     *
     * @param tokens of the whole text
     * @return the age in nanoseconds of the group that is now decided to its end, the older of two; {@link #NONE} without one
     */
    long decided(int tokens, long nowNanos) {
        boolean wasWaiting = decidedTokens < outThrough;
        decidedTokens = tokens;
        if (!wasWaiting || tokens < outThrough) {
            return NONE;
        }
        long age = nowNanos - outSinceNanos;
        if (nextThrough > outThrough) {
            outThrough = nextThrough;
            outSinceNanos = nextSinceNanos;
        }
        return age;
    }

    /** The age of the oldest text that is not decided; of the latest delta when all of it is. */
    long waitedNanos(long nowNanos) {
        return nowNanos - (decidedTokens < outThrough ? outSinceNanos : latestNanos);
    }
}
