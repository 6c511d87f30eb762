package dev.weir.engine.stream;

/** The last ids of a text, in memory that does not grow with it. */
final class TokenTail {

    /** Of a text that has none. */
    static final TokenTail EMPTY = new TokenTail(0);

    private final int[] ring;
    private int seen;

    /** @param most ids that are kept */
    TokenTail(int most) {
        this.ring = new int[most];
    }

    void add(int id) {
        if (ring.length > 0) {
            ring[seen % ring.length] = id;
        }
        seen++;
    }

    /** How many ids were added. */
    int seen() {
        return seen;
    }

    /** How many of the last {@code most} ids there are to {@link #copy}. */
    int kept(int most) {
        return Math.min(most, Math.min(seen, ring.length));
    }

    /** Writes the last {@code count} ids, in the order of the text; {@code count} is at most {@link #kept}. */
    void copy(int count, int[] target, int at) {
        for (int i = 0; i < count; i++) {
            target[at + i] = ring[(seen - count + i) % ring.length];
        }
    }
}
