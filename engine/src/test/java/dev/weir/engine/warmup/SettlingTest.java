package dev.weir.engine.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private final Settling settling = new Settling();

    private List<Boolean> settles(long... costs) {
        List<Boolean> settled = new ArrayList<>();
        for (long cost : costs) {
            settled.add(settling.settles(cost));
        }
        return settled;
    }

    @Test
    void hasSettledWhenTwoRoundsInARowWereHardlyCheaperThanTheCheapest() {
        assertThat(settles(2_300, 720, 670, 650)).containsExactly(false, false, false, true);
    }

    @Test
    void oneDearRoundIsNoEndOfGettingCheaper() {
        assertThat(settles(1_000, 1_200, 800, 1_000, 700)).containsOnly(false);
    }
}
