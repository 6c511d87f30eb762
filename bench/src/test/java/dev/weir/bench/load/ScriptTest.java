package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.JsonCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void knowsThatAWordIsSettledByWhatFollowsIt() {
        Script script = Script.of(new Sample("an unbelievable cat. Yes", false, -1));
        // "an", " unbel", "ievable", " cat", ".", " Yes"
        assertThat(script.pieces()).isEqualTo(6);
        assertThat(new int[] {
                    script.settledBy(0),
                    script.settledBy(1),
                    script.settledBy(2),
                    script.settledBy(3),
                    script.settledBy(4),
                    script.settledBy(5)
                })
                .containsExactly(1, 3, 3, 4, 4, 5);
    }

    @Test
    void countsInCodePoints() {
        Script script = Script.of(new Sample("😀😀 ok", false, 3));
        assertThat(script.length()).isEqualTo(5);
        assertThat(script.end(0)).isEqualTo(2);
        assertThat(script.spanPiece()).isEqualTo(1);
        assertThat(script.pieceBefore(2)).isEqualTo(0);
        assertThat(script.pieceBefore(3)).isEqualTo(1);
    }

    @Test
    void writesDeltasThatTheServerReads() throws Exception {
        Script script = Script.of(new Sample("\"\\\n", false, -1));
        String message = "{\"type\":\"delta\",\"stream\":\"b1" + new String(script.tail(0), StandardCharsets.UTF_8);
        assertThat(JsonCodec.decodeClient(message)).isEqualTo(new ClientMessage.Delta("b1", "\"\\", null));
    }
}
