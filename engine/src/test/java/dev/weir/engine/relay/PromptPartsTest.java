package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.PromptMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptPartsTest {

    private static final int MOST = OpenStream.MAX_PROMPT_CODE_POINTS;

    private static int length(List<PromptMessage> part) {
        return part.stream()
                .mapToInt(message ->
                        message.content().codePointCount(0, message.content().length()))
                .sum();
    }

    @Test
    void leavesAPromptWholeThatOneStreamTakes() {
        List<PromptMessage> messages =
                List.of(new PromptMessage("system", "Be brief."), new PromptMessage("user", "x".repeat(MOST - 9)));
        assertThat(PromptParts.of(messages)).containsExactly(messages);
    }

    @Test
    void keepsTheNewestMessagesTogetherAndReadsTheOlderBeforeThem() {
        PromptMessage old = new PromptMessage("user", "😀".repeat(MOST - 1));
        PromptMessage newer = new PromptMessage("assistant", "yes");
        PromptMessage newest = new PromptMessage("user", "more");
        assertThat(PromptParts.of(List.of(old, newer, newest))).containsExactly(List.of(old), List.of(newer, newest));
    }

    @Test
    void cutsAMessageThatNoStreamTakesAndRepeatsWhatIsBeforeTheCut() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 3 * MOST; i++) {
            text.append(i).append(' ');
        }
        List<List<PromptMessage>> parts = PromptParts.of(List.of(new PromptMessage("user", text.toString())));
        assertThat(parts).hasSize(4).allSatisfy(part -> assertThat(length(part)).isLessThanOrEqualTo(MOST));
        assertThat(text.toString())
                .startsWith(parts.getFirst().getFirst().content())
                .endsWith(parts.getLast().getFirst().content());
        for (int i = 1; i < parts.size(); i++) {
            String before = parts.get(i - 1).getFirst().content();
            assertThat(parts.get(i).getFirst().content()).startsWith(before.substring(before.length() - 512));
        }
    }

    @Test
    void takesTheEndOfAPromptAsContext() {
        List<PromptMessage> messages = List.of(new PromptMessage("user", "first"), new PromptMessage("user", "second"));
        assertThat(PromptParts.end(messages, 8))
                .containsExactly(new PromptMessage("user", "st"), new PromptMessage("user", "second"));
        assertThat(PromptParts.end(messages, 0)).isEmpty();
    }
}
