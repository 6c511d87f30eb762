package dev.weir.engine.stream;

/**
 * How much text of one stream waits to be scored: what its actor has not taken yet, and what that has taken and not
 * scored. Written by the stream, read by whoever feeds it.
 */
public final class Backlog {

    /** Characters taken, above what is unscored of them, so that both are read together. */
    private volatile long takenAndUnscored;

    /**
     * By the stream: what it has taken, and what of that is not scored.
     *
     * @param unscored in the stream's unit
     */
    public void update(int takenChars, int unscored) {
        takenAndUnscored = (long) takenChars << Integer.SIZE | unscored;
    }

    /** @param givenChars to the stream so far */
    public long unscored(int givenChars) {
        long now = takenAndUnscored;
        return Math.max(0L, givenChars - (int) (now >>> Integer.SIZE)) + (int) now;
    }
}
