package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.DecisionSink.Redaction;
import dev.weir.engine.decision.Position;
import dev.weir.models.Category;
import org.junit.jupiter.api.Test;

class RedactionQueueTest {

    private final RedactionQueue queue = new RedactionQueue();

    @Test
    void neverLetsAReleaseEndInsideASpan() {
        queue.add(span(10, 20));
        assertThat(queue.uncut(at(15))).isEqualTo(at(10));
        assertThat(queue.uncut(at(10))).isEqualTo(at(10));
        assertThat(queue.uncut(at(20))).isEqualTo(at(20));
    }

    @Test
    void tellsSpansInTheOrderOfTheTextWhateverTheOrderTheyWereFound() {
        queue.add(span(30, 40));
        queue.add(span(10, 20));
        assertThat(queue.takeBefore(at(50))).extracting(Redaction::from).containsExactly(at(10), at(30));
        assertThat(queue.takeBefore(at(50))).isEmpty();
    }

    @Test
    void mergesSpansThatOverlapAndLeavesNeighboursAlone() {
        queue.add(span(10, 20));
        queue.add(span(15, 30));
        queue.add(span(30, 35));
        assertThat(queue.takeBefore(at(50))).extracting(Redaction::to).containsExactly(at(30), at(35));
    }

    @Test
    void keepsSpansThatTheReleaseHasNotReached() {
        queue.add(span(10, 20));
        assertThat(queue.takeBefore(at(10))).isEmpty();
        assertThat(queue.takeBefore(at(20))).hasSize(1);
    }

    private static long at(int offset) {
        return Position.of(offset, offset);
    }

    private static Redaction span(int from, int to) {
        return new Redaction(Category.PRIVACY, at(from), at(to), 0.99, "[secret]", "rule");
    }
}
