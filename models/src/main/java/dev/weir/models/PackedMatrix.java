package dev.weir.models;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A matrix of weights with its biases, packed for products with a few rows of numbers at a time.
 *
 * <p>The columns lie in panels of two vectors, the rows of a panel one behind the other, so that a product reads the
 * weights in one straight line. Four rows of input share each weight that is read; a lone row reads two panels side by
 * side instead, for its sums would otherwise wait for one another.
 *
 * <p>Every sum starts at zero, adds its products in ascending order with one rounding each (fused multiply-add), and
 * then the bias. Nothing else may share a sum, so its bits depend on its row and its column alone: not on the rows
 * beside it, not on which of the two loops took it, and not on the processor or the length of its vectors.
 */
final class PackedMatrix {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 2 * LANES;

    /** Rows that are taken together; the arrays of a product hold that many more than are asked for, less one. */
    static final int BLOCK = 4;

    private final int depth;
    private final int panels;
    private final float[] weights;
    private final float[] bias;

    /**
     * @param weights row by row, {@code depth} rows of {@code width}
     * @param bias one for each column
     */
    PackedMatrix(int depth, int width, float[] weights, float[] bias) {
        this.depth = depth;
        this.panels = paddedWidth(width) / PANEL;
        this.weights = new float[panels * depth * PANEL];
        this.bias = new float[panels * PANEL];
        for (int column = 0; column < width; column++) {
            int at = column / PANEL * depth * PANEL + column % PANEL;
            for (int k = 0; k < depth; k++) {
                this.weights[at + k * PANEL] = weights[k * width + column];
            }
            this.bias[column] = bias[column];
        }
    }

    /** The width rounded up to whole panels: what the rows of a product are apart. */
    static int paddedWidth(int width) {
        return (width + PANEL - 1) / PANEL * PANEL;
    }

    /**
     * Multiplies rows of {@code in}, {@code inStride} apart, with the matrix.
     *
     * @param rows at least 1; up to {@link #BLOCK} - 1 rows more are read and written, and what they hold means nothing
     * @param out rows {@link #paddedWidth} apart, from {@code outFrom} on
     */
    void times(float[] in, int inStride, int rows, float[] out, int outFrom) {
        int outStride = panels * PANEL;
        int blocked = rows % BLOCK == 1 ? rows - 1 : rows;
        for (int panel = 0; panel < panels; panel++) {
            for (int row = 0; row < blocked; row += BLOCK) {
                timesBlock(in, row * inStride, inStride, panel, out, outFrom + row * outStride + panel * PANEL);
            }
        }
        if (blocked < rows) {
            int inFrom = blocked * inStride;
            int to = outFrom + blocked * outStride;
            int panel = 0;
            for (; panel + 1 < panels; panel += 2) {
                timesLone(in, inFrom, panel, out, to + panel * PANEL);
            }
            if (panel < panels) {
                timesBlock(in, inFrom, inStride, panel, out, to + panel * PANEL);
            }
        }
    }

    /** Four rows, one panel. */
    private void timesBlock(float[] in, int from, int inStride, int panel, float[] out, int to) {
        int second = from + inStride;
        int third = second + inStride;
        int fourth = third + inStride;
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        int at = panel * depth * PANEL;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(SPECIES, weights, at + k * PANEL);
            FloatVector w1 = FloatVector.fromArray(SPECIES, weights, at + k * PANEL + LANES);
            FloatVector a = FloatVector.broadcast(SPECIES, in[from + k]);
            FloatVector b = FloatVector.broadcast(SPECIES, in[second + k]);
            FloatVector c = FloatVector.broadcast(SPECIES, in[third + k]);
            FloatVector d = FloatVector.broadcast(SPECIES, in[fourth + k]);
            a0 = a.fma(w0, a0);
            a1 = a.fma(w1, a1);
            b0 = b.fma(w0, b0);
            b1 = b.fma(w1, b1);
            c0 = c.fma(w0, c0);
            c1 = c.fma(w1, c1);
            d0 = d.fma(w0, d0);
            d1 = d.fma(w1, d1);
        }
        int outStride = panels * PANEL;
        FloatVector bias0 = FloatVector.fromArray(SPECIES, bias, panel * PANEL);
        FloatVector bias1 = FloatVector.fromArray(SPECIES, bias, panel * PANEL + LANES);
        a0.add(bias0).intoArray(out, to);
        a1.add(bias1).intoArray(out, to + LANES);
        b0.add(bias0).intoArray(out, to + outStride);
        b1.add(bias1).intoArray(out, to + outStride + LANES);
        c0.add(bias0).intoArray(out, to + 2 * outStride);
        c1.add(bias1).intoArray(out, to + 2 * outStride + LANES);
        d0.add(bias0).intoArray(out, to + 3 * outStride);
        d1.add(bias1).intoArray(out, to + 3 * outStride + LANES);
    }

    /** One row, two panels. */
    private void timesLone(float[] in, int from, int panel, float[] out, int to) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        int at = panel * depth * PANEL;
        int next = at + depth * PANEL;
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, in[from + k]);
            a0 = x.fma(FloatVector.fromArray(SPECIES, weights, at + k * PANEL), a0);
            a1 = x.fma(FloatVector.fromArray(SPECIES, weights, at + k * PANEL + LANES), a1);
            b0 = x.fma(FloatVector.fromArray(SPECIES, weights, next + k * PANEL), b0);
            b1 = x.fma(FloatVector.fromArray(SPECIES, weights, next + k * PANEL + LANES), b1);
        }
        int biasAt = panel * PANEL;
        a0.add(FloatVector.fromArray(SPECIES, bias, biasAt)).intoArray(out, to);
        a1.add(FloatVector.fromArray(SPECIES, bias, biasAt + LANES)).intoArray(out, to + LANES);
        b0.add(FloatVector.fromArray(SPECIES, bias, biasAt + PANEL)).intoArray(out, to + PANEL);
        b1.add(FloatVector.fromArray(SPECIES, bias, biasAt + PANEL + LANES)).intoArray(out, to + PANEL + LANES);
    }
}
