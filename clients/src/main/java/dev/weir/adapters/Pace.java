package dev.weir.adapters;

/**
 * When a generator may be asked for its next piece: once the server has taken the one before it, and while the reader
 * still wants something. So what waits to be read is bounded by what the server holds, and a slow reader slows the
 * generator. Thread-safe; the caller asks when it is told to.
 */
final class Pace {

    private boolean taken;
    private long wanted;

    /** The server takes another piece. Says whether to ask for it now. */
    synchronized boolean onTaken() {
        taken = true;
        return ask();
    }

    /** The reader wants this many pieces more. Says whether to ask the generator now. */
    synchronized boolean onWanted(long count) {
        wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
        return ask();
    }

    /** The reader got a piece. */
    synchronized void onRead() {
        if (wanted != Long.MAX_VALUE) {
            wanted--;
        }
    }

    private boolean ask() {
        boolean now = taken && wanted > 0;
        if (now) {
            taken = false;
        }
        return now;
    }
}
