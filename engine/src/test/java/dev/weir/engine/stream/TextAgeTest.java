package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextAgeTest {

    private final TextAge age = new TextAge();

    @Test
    void isAsOldAsTheDeltaThatSettledTheToken() {
        age.received(0, 100); // half a word
        age.received(1, 200);
        assertThat(age.decided(1, 250)).isEqualTo(50);
    }

    @Test
    void saysNothingBeforeAllThatIsOutIsDecided() {
        age.received(3, 100);
        assertThat(age.decided(2, 150)).isEqualTo(TextAge.NONE);
        assertThat(age.waitedNanos(160)).isEqualTo(60);
        assertThat(age.decided(3, 170)).isEqualTo(70);
    }

    @Test
    void whatCameWhileAnotherGroupWasOutIsAsOldAsItsFirstDelta() {
        age.received(1, 100);
        age.received(2, 120);
        age.received(5, 180);
        assertThat(age.decided(1, 200)).isEqualTo(100);
        age.received(6, 210);
        assertThat(age.decided(5, 300)).isEqualTo(180);
        assertThat(age.decided(6, 310)).isEqualTo(100);
    }

    @Test
    void theOlderGroupCountsWhenBothAreDecidedAtOnce() {
        age.received(1, 100);
        age.received(4, 190);
        assertThat(age.decided(4, 200)).isEqualTo(100);
        assertThat(age.decided(4, 210)).isEqualTo(TextAge.NONE);
    }

    @Test
    void textWithoutANewTokenIsAsOldAsItself() {
        age.received(1, 100);
        age.decided(1, 130);
        age.received(1, 400); // the digits of a card number, stopped for by a rule
        assertThat(age.waitedNanos(410)).isEqualTo(10);
    }
}
