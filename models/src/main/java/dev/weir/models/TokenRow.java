package dev.weir.models;

/** The new tokens of one stream, and after a run the votes on each. */
public final class TokenRow {
    private final StateArena.Slot slot;
    private final int[] ids;
    private final int count;
    private final boolean provisional;
    private byte[] votes = {};
    private int categories;
    private boolean failed;
    private boolean stale;

    /**
     * New tokens of the stream that owns {@code slot}.
     *
     * @param ids token ids, read up to {@code count}; kept, not copied
     * @param provisional score as if the text ended here: the slot keeps the state it had
     */
    public TokenRow(StateArena.Slot slot, int[] ids, int count, boolean provisional) {
        if (count < 1 || count > ids.length) {
            throw new IllegalArgumentException("count " + count + " (expected: 1 to " + ids.length + ")");
        }
        this.slot = slot;
        this.ids = ids;
        this.count = count;
        this.provisional = provisional;
    }

    public StateArena.Slot slot() {
        return slot;
    }

    public int count() {
        return count;
    }

    public boolean provisional() {
        return provisional;
    }

    public int id(int token) {
        return ids[token];
    }

    /**
     * True after a run that could not score this row: its slot was stale, or the model gave numbers that are none. It
     * has no votes then and its slot was left as it was; the rows beside it are unharmed.
     */
    public boolean failed() {
        return failed;
    }

    /** Whether it failed because its stream had given its slot back, which says nothing about the model. */
    public boolean stale() {
        return stale;
    }

    /** The {@link Vote} after token {@code token} of this row, on category {@code category} in the expert's order. */
    public byte vote(int token, int category) {
        if (token < 0 || token >= count || category < 0 || category >= categories) {
            throw new IndexOutOfBoundsException("vote (" + token + ", " + category + ") (expected: below (" + count
                    + ", " + categories + ") on a scored row)");
        }
        return votes[token * categories + category];
    }

    /** Writes the votes after token {@code token} of this row to the start of {@code target}, in the expert's order. */
    public void copyVotes(int token, byte[] target) {
        if (token < 0 || token >= count || categories == 0) {
            throw new IndexOutOfBoundsException(
                    "votes of token " + token + " (expected: below " + count + ", on a scored row)");
        }
        System.arraycopy(votes, token * categories, target, 0, categories);
    }

    void scored(byte[] newVotes, int newCategories) {
        votes = newVotes;
        categories = newCategories;
        failed = false;
        stale = false;
    }

    /** Fails, because its slot is stale. */
    void failStale() {
        fail();
        stale = true;
    }

    void fail() {
        votes = new byte[0];
        categories = 0;
        failed = true;
    }
}
