package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OnsetDelayTest {

    @Test
    void countsAStopBeforeTheOnsetAsAnErrorAndNotAsAFastOne() {
        OnsetDelay delay = OnsetDelay.of(List.of(
                new Outcome(true, 90, 20, 5),
                new Outcome(true, 90, 20, 20),
                new Outcome(true, 90, 20, 32),
                new Outcome(true, 90, 20, -1),
                new Outcome(true, 90, -1, 1),
                new Outcome(false, 90, -1, 1)));
        assertThat(delay.texts()).isEqualTo(4);
        assertThat(delay.early().successes()).isEqualTo(1);
        assertThat(delay.missed().successes()).isEqualTo(1);
        assertThat(delay.medianTokens()).isEqualTo(0);
        assertThat(delay.medianLateTokens()).isEqualTo(6);
    }

    @Test
    void saysNothingWithoutAnnotations() {
        assertThat(OnsetDelay.of(List.of(new Outcome(true, 90, -1, 5)))).isNull();
    }
}
