package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.load.Latencies;
import dev.weir.bench.load.Slice;
import dev.weir.bench.report.Second;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    @Test
    void countsUntilTheFirstOfThreeNormalSeconds() {
        assertThat(Recovery.seconds(line(900, 400, 90, 300, 80, 70, 60, 50), 100))
                .isEqualTo(4);
        assertThat(Recovery.seconds(line(10, 10, 10), 100)).isZero();
    }

    @Test
    void isNeverReachedByASecondInWhichNothingWasReleased() {
        assertThat(Recovery.seconds(line(90, 80, 0, 70, 60), 100)).isNaN();
        assertThat(Recovery.seconds(line(900, 900, 900, 900), 100)).isNaN();
    }

    /** @param p99 in milliseconds; 0 for a second in which nothing was released */
    private static List<Second> line(double... p99) {
        List<Second> line = new ArrayList<>();
        for (double millis : p99) {
            Latencies released = new Latencies(millis == 0 ? 0 : 100, millis / 2, millis, millis, millis);
            line.add(new Second(line.size() + 1, new Slice(1, 100, released, 0), 1_000));
        }
        return line;
    }
}
