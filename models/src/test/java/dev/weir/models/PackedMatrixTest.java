package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PackedMatrixTest {
    /** Which is why neither the rows beside a row, nor the vectors of a processor, can change a bit. */
    @Property(tries = 300)
    void sumsEachNumberInOneOrderWithOneRoundingAProduct(
            @ForAll @IntRange(max = 70) int depth,
            @ForAll @IntRange(min = 1, max = 150) int width,
            @ForAll @IntRange(min = 1, max = 11) int rows,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] weights = random(random, depth * width);
        float[] bias = random(random, width);
        int inStride = depth + random.nextInt(5);
        int outFrom = random.nextInt(40);
        int outStride = PackedMatrix.paddedWidth(width);
        int written = rows + PackedMatrix.BLOCK - 1;
        float[] in = random(random, written * inStride);
        float[] out = new float[outFrom + written * outStride];

        new PackedMatrix(depth, width, weights, bias).times(in, inStride, rows, out, outFrom);

        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                float sum = 0;
                for (int k = 0; k < depth; k++) {
                    sum = Math.fma(in[row * inStride + k], weights[k * width + column], sum);
                }
                assertThat(out[outFrom + row * outStride + column])
                        .as("row %d, column %d", row, column)
                        .isEqualTo(sum + bias[column]);
            }
        }
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
