package dev.weir.engine.trace;

/**
 * One voter's votes, token by token. Most tokens leave some votes as they were and many leave all, so what is written is
 * which ones changed and by how much; differences are taken modulo 256, and so are exact.
 *
 * <p>A control byte of 1 to 127 says that as many tokens are as the one before, 0 that from this token on the voter is
 * silent, one of 128 and up that votes changed on this token: its lower seven bits and as many bytes after it as the
 * other categories need say which. The differences stand in bytes of their own, in the order of the categories, because
 * they compress better apart. A voter is silent before its first vote.
 */
final class VoteLog {

    static final int SILENT = 0;
    static final int MOST_SAME = 127;
    static final int CHANGED = 128;
    /** Categories whose change the control byte itself can name. */
    static final int IN_CONTROL = 7;

    private final ByteLog control = new ByteLog();
    private final ByteLog differences = new ByteLog();
    private final byte[] last;
    private boolean silent = true;
    private int same;

    VoteLog(int categories) {
        this.last = new byte[categories];
    }

    void addSilence() {
        if (silent) {
            same++;
        } else {
            endRun();
            silent = true;
            control.put(SILENT);
        }
    }

    /** @param votes one a category; not kept */
    void add(byte[] votes) {
        int changed = 0;
        for (int category = 0; category < last.length; category++) {
            if (votes[category] != last[category]) {
                changed |= 1 << category;
            }
        }
        if (changed == 0 && !silent) {
            same++;
            return;
        }
        endRun();
        silent = false;
        control.put(CHANGED | (changed & (CHANGED - 1)));
        int rest = changed >>> IN_CONTROL;
        for (int left = last.length - IN_CONTROL; left > 0; left -= Byte.SIZE) {
            control.put(rest & 0xFF);
            rest >>>= Byte.SIZE;
        }
        for (int category = 0; category < last.length; category++) {
            if (votes[category] != last[category]) {
                differences.put(votes[category] - last[category]);
                last[category] = votes[category];
            }
        }
    }

    int size() {
        return control.size() + differences.size();
    }

    void writeTo(ByteLog log) {
        endRun();
        log.putLog(control);
        log.putLog(differences);
    }

    private void endRun() {
        while (same > 0) {
            int counted = Math.min(same, MOST_SAME);
            control.put(counted);
            same -= counted;
        }
    }
}
