package dev.weir.engine.ledger;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The latest so many ids; the oldest is forgotten for a new one. Safe from any thread. */
final class RecentIds {

    private final int most;
    private final Set<String> ids = new LinkedHashSet<>();

    RecentIds(int most) {
        this.most = most;
    }

    /** Whether the id is new among them. */
    synchronized boolean add(String id) {
        if (!ids.add(id)) {
            return false;
        }
        if (ids.size() > most) {
            Iterator<String> oldestFirst = ids.iterator();
            oldestFirst.next();
            oldestFirst.remove();
        }
        return true;
    }

    synchronized boolean contains(String id) {
        return ids.contains(id);
    }
}
