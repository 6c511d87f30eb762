package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {

    @Test
    void tellsHowLongTheRestWillTakeAtThePaceSoFar() {
        assertThat(ProgressBar.line(50, 200, "texts", 10, "toxic_spans"))
                .isEqualTo("██████░░░░░░░░░░░░░░░░░░ 50/200  5 texts/s  30 s left  toxic_spans");
    }

    @Test
    void promisesNothingBeforeTheFirstText() {
        assertThat(ProgressBar.line(0, 200, "texts", 2, "posts"))
                .contains("0/200")
                .contains("- left");
    }
}
