package dev.weir.engine.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Action;
import dev.weir.protocol.StreamOptions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private final List<Conversation> all;

    ConversationTest() throws IOException {
        all = Conversation.all();
    }

    @Test
    void eachOfTheTwoDozenSaysWhatIsExpectedOfIt() {
        assertThat(all).hasSize(24);
        assertThat(all).allSatisfy(scene -> {
            assertThat(scene.expected()).isIn(Action.PASS, Action.REDACT, Action.STOP);
            assertThat(scene.topic()).isNotBlank();
            assertThat(scene.user()).isNotBlank();
            assertThat(scene.reply()).hasSizeGreaterThan(400);
        });
    }

    @Test
    void mostAreHarmless() {
        assertThat(all).filteredOn(scene -> scene.expected() == Action.PASS).hasSizeGreaterThan(12);
    }

    @Test
    void eachHasANameOfItsOwnThatAStreamCanBear() {
        assertThat(all).extracting(Conversation::name).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(scene -> {
            assertThat(StreamOptions.defaults().withStream(scene.name()).stream())
                    .isEqualTo(scene.name());
            assertThat(scene.name()).hasSizeLessThanOrEqualTo(15);
        });
    }

    @Test
    void thePiecesPutTogetherAreTheReply() {
        assertThat(all).allSatisfy(scene -> {
            assertThat(String.join("", scene.pieces())).isEqualTo(scene.reply());
            assertThat(scene.pieces())
                    .allSatisfy(piece -> assertThat(piece.strip()).hasSizeLessThanOrEqualTo(6));
        });
    }
}
