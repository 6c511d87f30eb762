package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlayedTextTest {

    /** Writes down what a text sends. */
    private static final class Written implements Link, Link.Line {
        final List<String> frames = new ArrayList<>();

        @Override
        public Line open(Answers answers) {
            return this;
        }

        @Override
        public void send(String piece) {
            frames.add(piece);
        }

        @Override
        public void end() {
            frames.add("END");
        }

        @Override
        public void close() {}
    }

    private final Written link = new Written();
    private final Tally tally = new Tally();
    private final PlayedText text = new PlayedText(List.of("one", " two", " three"), link, tally);

    private void send(int tokens) {
        for (int i = 0; i < tokens; i++) {
            text.sendNext(System.nanoTime());
        }
    }

    @Test
    void endsWithItsLastToken() {
        send(2);
        assertThat(text.isComplete()).isFalse();
        send(1);
        assertThat(link.frames).containsExactly("one", " two", " three", "END");
        assertThat(tally.take().tokens()).isEqualTo(3);
    }

    @Test
    void countsAsCheckpointsTheAnswersThatCoverSomethingNew() {
        send(3);
        text.covered(7);
        text.covered(7);
        text.covered(8);
        text.covered(13);
        text.covered(13);
        assertThat(tally.take().answers()).isEqualTo(2);
    }

    @Test
    void measuresTheLagOfATokenInTokensThatWereSentAfterIt() {
        send(1);
        text.covered(3);
        assertThat(tally.take().lagTokens().getMaxValue()).isZero();
        send(2);
        text.covered(7);
        assertThat(tally.take().lagTokens().getMaxValue()).isEqualTo(1);
    }

    @Test
    void countsATextThatBrokeOffAsAnError() {
        text.over(true);
        assertThat(text.isOver()).isTrue();
        assertThat(tally.take().errors()).isEqualTo(1);
        assertThat(tally.take().errors()).isZero();
    }
}
