package dev.weir.engine.batching;

import java.util.HashMap;
import java.util.Map;

/**
 * Hands out turns so that every source gets its share, however many rows each has waiting: a row's turn comes one after
 * the last of its source, but never before the one that is now being served. A source that has little waiting is thus
 * never behind more than one row of each other source; one that comes back after a pause has saved nothing up.
 *
 * <p>This is start-time fair queueing with rows of equal length: P. Goyal, H. Vin, H. Cheng, "Start-Time Fair Queuing: A
 * Scheduling Algorithm for Integrated Services Packet Switching Networks", SIGCOMM 1996.
 */
final class Turns {

    private static final class Share {
        long lastTurn;
        int waiting;
    }

    private final Map<Object, Share> shares = new HashMap<>();
    private long served;

    /** The turn of one row more of this source. */
    long next(Object source) {
        Share share = shares.computeIfAbsent(source, unknown -> new Share());
        share.lastTurn = Math.max(served, share.lastTurn) + 1;
        share.waiting++;
        return share.lastTurn;
    }

    /** The row with this turn is served. */
    void serve(long turn) {
        served = Math.max(served, turn);
    }

    /** A row of this source waits no more, served or not. */
    void leave(Object source) {
        Share share = shares.get(source);
        if (share != null && --share.waiting == 0) {
            shares.remove(source);
        }
    }
}
