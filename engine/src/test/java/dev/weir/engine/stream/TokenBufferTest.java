package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TokenBufferTest {

    @Property(tries = 200)
    void whatWasNotForgottenIsAsItWasAdded(
            @ForAll @IntRange(min = 1, max = 200) int tokens, @ForAll @IntRange(max = 50) int keepLast) {
        TokenBuffer buffer = new TokenBuffer();
        for (int token = 0; token < tokens; token++) {
            buffer.add(token + 1, token + 2, token + 3, token + 4);
            buffer.forgetBefore(Math.max(0, token + 1 - keepLast));
            for (int kept = Math.max(0, token + 1 - keepLast); kept <= token; kept++) {
                assertThat(buffer.id(kept)).isEqualTo(kept + 1);
                assertThat(buffer.start(kept)).isEqualTo(kept + 2);
                assertThat(buffer.end(kept)).isEqualTo(kept + 3);
                assertThat(buffer.wordHash(kept)).isEqualTo(kept + 4);
            }
        }
        assertThat(buffer.size()).isEqualTo(tokens);
    }
}
