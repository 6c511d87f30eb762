package dev.weir.engine.stream;

import dev.weir.engine.decision.ConversationRule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each conversation carries from turn to turn, for as long as it is remembered. A turn is one stream; one that is
 * resumed and decided again counts once. Kept in this process only. Thread-safe.
 */
final class Conversations {

    /** Turns of one conversation that are told apart: a resumed stream comes back soon or not at all. */
    private static final int REMEMBERED_TURNS = 16;

    private static final class Conversation {
        private final Deque<String> turns = new ArrayDeque<>(REMEMBERED_TURNS);
        private double carried;
        private long lastTurnMillis;
    }

    private record Key(String tenant, String conversation) {}

    private final int most;
    private final long memoryMillis;
    /** Longest without a turn first. */
    private final Map<Key, Conversation> conversations = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param most that are remembered; the one longest without a turn is forgotten for another
     * @param memory a conversation without a turn for so long begins anew
     */
    Conversations(int most, Duration memory) {
        this.most = most;
        this.memoryMillis = memory.toMillis();
    }

    /** Log-odds that the next turn is read with; 0 for an unknown conversation. */
    synchronized double carried(String tenant, String conversation, long nowMillis) {
        forgetOld(nowMillis);
        Conversation known = conversations.get(new Key(tenant, conversation));
        return known == null ? 0 : known.carried;
    }

    /**
     * A turn is over.
     *
     * @param streamUid identity of the stream over all its connections
     * @param maxRisk largest of the turn, in [0, 1]
     */
    synchronized void add(
            String tenant,
            String conversation,
            String streamUid,
            double maxRisk,
            ConversationRule rule,
            long nowMillis) {
        forgetOld(nowMillis);
        Conversation known = conversations.computeIfAbsent(new Key(tenant, conversation), key -> new Conversation());
        if (known.turns.contains(streamUid)) {
            return;
        }
        if (known.turns.size() == REMEMBERED_TURNS) {
            known.turns.removeFirst();
        }
        known.turns.addLast(streamUid);
        known.carried = rule.after(known.carried, maxRisk);
        known.lastTurnMillis = nowMillis;
        if (conversations.size() > most) {
            Iterator<Conversation> longestWithout = conversations.values().iterator();
            longestWithout.next();
            longestWithout.remove();
        }
    }

    synchronized int remembered() {
        return conversations.size();
    }

    private void forgetOld(long nowMillis) {
        Iterator<Conversation> longestWithout = conversations.values().iterator();
        while (longestWithout.hasNext() && nowMillis - longestWithout.next().lastTurnMillis > memoryMillis) {
            longestWithout.remove();
        }
    }
}
