package dev.weir.engine.trace;

import dev.weir.engine.ensemble.TokenVotes;

/** Reads a {@link VoteLog}, a token at a time. */
final class VoteReplay {

    private final int voter;
    private final ByteSource control;
    private final ByteSource differences;
    private final byte[] last;
    private boolean silent = true;
    private int same;

    VoteReplay(int voter, int categories, ByteSource control, ByteSource differences) {
        this.voter = voter;
        this.control = control;
        this.differences = differences;
        this.last = new byte[categories];
    }

    /** Casts what this voter cast on the next token. */
    void castNext(TokenVotes votes) throws MalformedTraceException {
        if (same > 0) {
            same--;
        } else {
            takeControl();
        }
        if (!silent) {
            System.arraycopy(last, 0, votes.cast(voter), 0, last.length);
        }
    }

    private void takeControl() throws MalformedTraceException {
        int read = control.take();
        if (read == VoteLog.SILENT) {
            silent = true;
        } else if (read < VoteLog.CHANGED) {
            same = read - 1;
        } else {
            int changed = read & (VoteLog.CHANGED - 1);
            int shift = VoteLog.IN_CONTROL;
            for (int left = last.length - VoteLog.IN_CONTROL; left > 0; left -= Byte.SIZE) {
                changed |= control.take() << shift;
                shift += Byte.SIZE;
            }
            for (int category = 0; category < last.length; category++) {
                if ((changed & 1 << category) != 0) {
                    last[category] += (byte) differences.take();
                }
            }
            silent = false;
        }
    }
}
