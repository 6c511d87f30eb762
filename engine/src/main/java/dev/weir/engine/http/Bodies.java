package dev.weir.engine.http;

import java.util.concurrent.atomic.AtomicLong;

/** What a port holds of requests' bodies that are on their way in, over all of its connections. Thread-safe. */
final class Bodies {

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes at once */
    Bodies(long most) {
        this.most = most;
    }

    /** @return whether there is room for so many bytes more, which are held then until they are given back */
    boolean hold(int bytes) {
        if (held.addAndGet(bytes) > most) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }
}
