package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final int COUNT = 4096;

    /** {@code sigmoid(gate)} of gates from -{@code limit} to it. */
    private static float[] sigmoids(float limit) {
        float[] mixed = new float[2 * COUNT];
        for (int i = 0; i < COUNT; i++) {
            mixed[i] = 1;
            mixed[COUNT + i] = gate(i, limit);
        }
        float[] x = new float[COUNT];
        Gate.add(mixed, 0, COUNT, x, 0, COUNT);
        return x;
    }

    private static float gate(int i, float limit) {
        return limit * (2f * i / (COUNT - 1) - 1);
    }

    @Test
    void isWithinThreePartsInTenMillionOfTheSigmoid() {
        for (float limit : new float[] {0.01f, 1, 10, 75}) {
            float[] sigmoids = sigmoids(limit);
            for (int i = 0; i < COUNT; i++) {
                assertThat((double) sigmoids[i])
                        .as("sigmoid of %f", gate(i, limit))
                        .isCloseTo(1 / (1 + Math.exp(-gate(i, limit))), Percentage.withPercentage(3e-5));
            }
        }
    }

    @Test
    void closesAndOpensBeyondTheNumbersItsExponentialCanHold() {
        float[] sigmoids = sigmoids(Float.MAX_VALUE / 2);
        assertThat(sigmoids[0]).isBetween(0f, 1e-30f);
        assertThat(sigmoids[COUNT - 1]).isEqualTo(1);
    }

    @Test
    void addsToWhatIsThereAndGivesTheSameWhereverInARowANumberStands() {
        float[] mixed = new float[300];
        float[] x = new float[200];
        IntStream.range(0, 100).forEach(i -> {
            mixed[i] = 0.7f;
            mixed[100 + i] = -0.3f;
            x[i] = 5;
        });
        Gate.add(mixed, 0, 100, x, 0, 99);
        for (int i = 1; i < 99; i++) {
            assertThat(x[i]).isEqualTo(x[0]);
        }
        assertThat(x[0]).isEqualTo(5 + 0.7f * (float) (1 / (1 + Math.exp(0.3))));
    }
}
