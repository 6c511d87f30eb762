package dev.weir.models;

/** One window of tokens, and after a run the votes on it. */
public final class WindowRow {
    private final int[] ids;
    private final int count;
    private byte[] votes = {};
    private boolean failed;

    /** A window of ids with the start and end tokens already in place, read up to {@code count}; kept, not copied. */
    public WindowRow(int[] ids, int count) {
        if (count < 1 || count > ids.length) {
            throw new IllegalArgumentException("count " + count + " (expected: 1 to " + ids.length + ")");
        }
        this.ids = ids;
        this.count = count;
    }

    public int count() {
        return count;
    }

    public int id(int token) {
        return ids[token];
    }

    /** True after a run in which the model gave numbers that are none for this row; it has no votes then. */
    public boolean failed() {
        return failed;
    }

    /** The {@link Vote} on category {@code category} in the expert's order. */
    public byte vote(int category) {
        if (category < 0 || category >= votes.length) {
            throw new IndexOutOfBoundsException(
                    "vote " + category + " (expected: below " + votes.length + " on a scored row)");
        }
        return votes[category];
    }

    void scored(byte[] newVotes) {
        votes = newVotes;
        failed = false;
    }

    void fail() {
        votes = new byte[0];
        failed = true;
    }
}
