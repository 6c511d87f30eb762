package dev.weir.engine.stream;

import dev.weir.engine.decision.ConversationRule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each conversation carries from turn to turn, for as long as it is remembered. A turn is one stream; one that is
 * resumed and decided again counts once. Conversations of one tenant are unknown to all others, and displace none of a
 * tenant that has fewer. Kept in this process only. Thread-safe.
 */
final class Conversations {

    /** Turns of one conversation that are told apart: a resumed stream comes back soon or not at all. */
    private static final int REMEMBERED_TURNS = 16;

    private static final class Conversation {
        private final Deque<String> turns = new ArrayDeque<>(REMEMBERED_TURNS);
        private double carried;
        private long lastTurnMillis;
    }

    private final int most;
    private final long memoryMillis;
    /** By tenant and name, of each tenant the one longest without a turn first. */
    private final Map<String, Map<String, Conversation>> tenants = new HashMap<>();

    private int remembered;

    /**
     * @param most that are remembered; of the tenant that has most, the one longest without a turn is forgotten for
     *     another
     * @param memory a conversation without a turn for so long begins anew
     */
    Conversations(int most, Duration memory) {
        this.most = most;
        this.memoryMillis = memory.toMillis();
    }

    /** Log-odds that the next turn is read with; 0 for an unknown conversation. */
    synchronized double carried(String tenant, String conversation, long nowMillis) {
        Map<String, Conversation> conversations = tenants.getOrDefault(tenant, Map.of());
        forgetOld(tenant, conversations, nowMillis);
        Conversation known = conversations.get(conversation);
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
        Map<String, Conversation> conversations =
                tenants.computeIfAbsent(tenant, unknown -> new LinkedHashMap<>(16, 0.75f, true));
        Conversation known = conversations.get(conversation);
        if (known == null || isOld(known, nowMillis)) {
            remembered += known == null ? 1 : 0;
            known = new Conversation();
            conversations.put(conversation, known);
        }
        if (known.turns.contains(streamUid)) {
            return;
        }
        if (known.turns.size() == REMEMBERED_TURNS) {
            known.turns.removeFirst();
        }
        known.turns.addLast(streamUid);
        known.carried = rule.after(known.carried, maxRisk);
        known.lastTurnMillis = nowMillis;
        forgetOld(tenant, conversations, nowMillis);
        if (remembered > most) {
            forgetOneOfMost();
        }
    }

    synchronized int remembered() {
        return remembered;
    }

    private void forgetOneOfMost() {
        Map.Entry<String, Map<String, Conversation>> most = Collections.max(
                tenants.entrySet(),
                Comparator.comparingInt(tenant -> tenant.getValue().size()));
        Iterator<Conversation> longestWithout = most.getValue().values().iterator();
        longestWithout.next();
        longestWithout.remove();
        remembered--;
        if (most.getValue().isEmpty()) {
            tenants.remove(most.getKey());
        }
    }

    private void forgetOld(String tenant, Map<String, Conversation> conversations, long nowMillis) {
        Iterator<Conversation> longestWithout = conversations.values().iterator();
        while (longestWithout.hasNext() && isOld(longestWithout.next(), nowMillis)) {
            longestWithout.remove();
            remembered--;
        }
        if (conversations.isEmpty()) {
            tenants.remove(tenant);
        }
    }

    private boolean isOld(Conversation conversation, long nowMillis) {
        return nowMillis - conversation.lastTurnMillis > memoryMillis;
    }
}
