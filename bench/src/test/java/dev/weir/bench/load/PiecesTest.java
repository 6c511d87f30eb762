package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PiecesTest {

    @Property
    void putTogetherAreTheText(@ForAll String text) {
        assertThat(String.join("", Pieces.of(text))).isEqualTo(text);
        assertThat(Pieces.of(text)).doesNotContain("");
    }

    @Test
    void keepTheSpaceInFrontAndCutLongWords() {
        assertThat(Pieces.of("The unbelievable cat, 2025."))
                .containsExactly("The", " unbel", "ievable", " cat", ",", " 202", "5", ".");
    }

    @Test
    void haveFourToFiveCodePointsOnProse() {
        String prose = "She keeps the recipe in a small tin box, written by hand on the back of an envelope, and she"
                + " will not copy it for anyone; the secret, she says, is to let the dough rest overnight.";
        assertThat((double) prose.length() / Pieces.of(prose).size()).isBetween(3.8, 5.2);
    }
}
