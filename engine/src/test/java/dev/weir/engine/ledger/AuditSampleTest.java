package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditSampleTest {

    private static StreamRecord draw(AuditSample sample, int stream, String outcome) {
        return sample.draw(Entries.stream("u" + stream, 7, outcome, "", null));
    }

    @Test
    void drawsTheShareItSaysAndTheSameStreamsEveryTime() {
        AuditSample sample = new AuditSample(new byte[] {1}, 0.1);
        long drawn = IntStream.range(0, 10_000)
                .filter(stream -> draw(sample, stream, "pass").audited())
                .count();
        assertThat(drawn).isBetween(900L, 1_100L); // 3.3 standard deviations
        assertThat(IntStream.range(0, 1_000)
                        .allMatch(stream -> draw(sample, stream, "pass").audited()
                                == draw(sample, stream, "flagged").audited()))
                .isTrue();
        assertThat(draw(sample, 1, "pass").auditProbability()).isEqualTo(0.1);
    }

    @Test
    void drawsOthersWithAnotherKey() {
        AuditSample one = new AuditSample(new byte[] {1}, 0.1);
        AuditSample two = new AuditSample(new byte[] {2}, 0.1);
        long both = IntStream.range(0, 10_000)
                .filter(stream -> draw(one, stream, "pass").audited()
                        && draw(two, stream, "pass").audited())
                .count();
        assertThat(both).isBetween(60L, 140L);
    }

    @Test
    void neverDrawsWhatWasNotLetPass() {
        AuditSample all = new AuditSample(new byte[] {1}, 1);
        assertThat(draw(all, 1, "pass").audited()).isTrue();
        for (String outcome : new String[] {"stopped", "cancelled", "abandoned", "idle"}) {
            assertThat(draw(all, 1, outcome).audited()).isFalse();
            assertThat(draw(all, 1, outcome).auditProbability()).isEqualTo(1);
        }
    }
}
