package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.models.WordPiece;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenPiecesTest {
    private static WordPiece tokenizer;

    @BeforeAll
    static void load() throws Exception {
        tokenizer = WordPiece.load(
                Path.of(System.getProperty("weir.repository", "..")).resolve("models/experts/causal/vocab.txt"));
    }

    @Test
    void cutsAfterEachTokenWithTheSpaceBeforeIt() {
        assertThat(TokenPieces.of("It is unbelievably good.", tokenizer))
                .containsExactly("It", " is", " un", "bel", "ie", "va", "bly", " good", ".");
    }

    @Test
    void losesNothingOfTheText() {
        String text = " 😀 a\tnaïve  𝒯est… ㎯  ";
        assertThat(String.join("", TokenPieces.of(text, tokenizer))).isEqualTo(text);
    }

    @Test
    void findsNothingInBlankText() {
        assertThat(TokenPieces.of("  \n", tokenizer)).isEmpty();
    }
}
