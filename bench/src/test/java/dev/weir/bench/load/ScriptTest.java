package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void knowsThatAWordIsSettledByWhatFollowsIt() {
        Script script = Script.of(new Sample("an unbelievable cat. Yes", false, -1));
        // "an", " unbel", "ievable", " cat", ".", " Yes"
        assertThat(script.pieces()).isEqualTo(6);
        assertThat(script.piece(2)).isEqualTo("ievable");
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
}
