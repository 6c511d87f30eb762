package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModerationRequestTest {

    @Test
    void readsATextWithWhatItAnswers() throws Exception {
        ModerationRequest request = ModerationRequest.parse(1, "{\"text\":\"a\",\"prompt\":\"b\",\"id\":\"x\"}");
        assertThat(request.text()).isEqualTo("a");
        assertThat(request.prompt()).isEqualTo("b");
        assertThat(request.isPrompt()).isFalse();
        assertThat(request.id()).hasToString("\"x\"");
    }

    @Test
    void namesALineWithoutAnIdByItsNumber() throws Exception {
        assertThat(ModerationRequest.parse(17, "{\"text\":\"a\"}").id()).isEqualTo(17);
    }

    @Test
    void saysWhichFieldIsWrongAndNothingOfTheText() {
        assertFault("{\"text\":7}", "text: number (expected: a string)");
        assertFault("{}", "text: missing (expected: a string)");
        assertFault("[\"private words\"]", "not a JSON object");
        assertFault("private words", "not JSON");
        assertFault(
                "{\"text\":\"private words\",\"role\":\"bot\"}",
                "role: another value (expected: prompt, response or post)");
    }

    private static void assertFault(String line, String message) {
        assertThatThrownBy(() -> ModerationRequest.parse(1, line))
                .isInstanceOf(ModerationRequest.Unreadable.class)
                .hasMessage(message);
    }
}
