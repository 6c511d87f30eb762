package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.ConversationRule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConversationsTest {

    private static final ConversationRule RULE = new ConversationRule(0.4, 0.15, 0.65);

    private final Conversations conversations = new Conversations(3, Duration.ofMinutes(10));

    private void turn(String conversation, String uid, long nowMillis) {
        conversations.add("t", conversation, uid, 0.9, RULE, nowMillis);
    }

    @Test
    void countsAResumedTurnOnce() {
        turn("c", "first", 0);
        double carried = conversations.carried("t", "c", 0);
        turn("c", "first", 1);
        assertThat(conversations.carried("t", "c", 1)).isEqualTo(carried).isPositive();
        turn("c", "second", 2);
        assertThat(conversations.carried("t", "c", 2)).isGreaterThan(carried);
    }

    @Test
    void keepsTenantsApart() {
        turn("c", "first", 0);
        assertThat(conversations.carried("other", "c", 0)).isZero();
    }

    @Test
    void forgetsNoConversationOfATenantForOneThatHasMore() {
        conversations.add("small", "c", "first", 0.9, RULE, 0);
        for (int i = 1; i < 1_000; i++) {
            turn("c" + i, "first", i);
        }
        assertThat(conversations.remembered()).isEqualTo(3);
        assertThat(conversations.carried("small", "c", 1_000)).isPositive();
    }

    @Test
    void forgetsAConversationThatRests() {
        turn("c", "first", 0);
        assertThat(conversations.carried("t", "c", 600_000)).isPositive();
        assertThat(conversations.carried("t", "c", 600_001)).isZero();
        assertThat(conversations.remembered()).isZero();
    }

    @Test
    void forgetsTheOneLongestWithoutATurnWhenThereAreTooMany() {
        for (int i = 0; i < 1_000; i++) {
            turn("c" + i, "first", i);
        }
        assertThat(conversations.remembered()).isEqualTo(3);
        assertThat(conversations.carried("t", "c996", 1_000)).isZero();
        assertThat(conversations.carried("t", "c997", 1_000)).isPositive();
    }
}
