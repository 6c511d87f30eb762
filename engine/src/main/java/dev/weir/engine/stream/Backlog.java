package dev.weir.engine.stream;

/**
 * How much text of one stream waits to be scored: what its actor has not taken yet, and what that has taken and not
 * scored. Written by the stream, read by whoever feeds it.
 */
public final class Backlog {

    /** Length taken, above what is unscored of them, so that both are read together. */
    private volatile long takenAndUnscored;

    /**
     * By the stream: what it has taken, and what of that is not scored.
     *
     * @param takenLength the sum of the {@link StreamSession.Delta#length}s
     * @param unscored in the stream's unit
     */
    public void update(int takenLength, int unscored) {
        takenAndUnscored = (long) takenLength << Integer.SIZE | unscored;
    }

    /** @param givenLength to the stream so far, counted alike */
    public long unscored(int givenLength) {
        long now = takenAndUnscored;
        long takenLength = now >>> Integer.SIZE;
        long unscored = now & 0xFFFF_FFFFL;
        return Math.max(0, givenLength - takenLength) + unscored;
    }
}
