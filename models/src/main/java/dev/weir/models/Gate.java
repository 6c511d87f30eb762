package dev.weir.models;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds {@code value · sigmoid(gate)} to a row of numbers.
 *
 * <p>The exponential is our own, so that it has the same bits on every processor: {@code e^x = 2^n · e^r} with |r| at most
 * half of ln 2, and e^r by the polynomial of Cephes' {@code expf} [1], within 2 units in the last place. The sigmoid is
 * within 3·10⁻⁷ of the exact one, relatively.
 *
 * <p>[1] S. Moshier, Cephes Mathematical Library, single/expf.c.
 */
final class Gate {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Beyond, the sigmoid is 0 or 1 to the last bit of what it is added to; and 2^n stays a normal number. */
    private static final float FURTHEST = 80;

    private static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts, the first with so few bits that n times it is exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -0.00021219444f;
    /** Added and taken away again, it rounds to a whole number, which its lowest bits then hold. */
    private static final float ROUNDER = 12582912f;

    private static final int EXPONENT_BIT = 23;

    private Gate() {}

    /**
     * Adds {@code count} gated values, in whole vectors: up to one vector less one more numbers are read and written.
     */
    static void add(float[] mixed, int values, int gates, float[] to, int at, int count) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, mixed, values + i);
            FloatVector gate = FloatVector.fromArray(SPECIES, mixed, gates + i);
            FloatVector x = FloatVector.fromArray(SPECIES, to, at + i);
            x.add(value.div(exp(gate.neg()).add(1))).intoArray(to, at + i);
        }
    }

    private static FloatVector exp(FloatVector wanted) {
        FloatVector x = wanted.min(FURTHEST).max(-FURTHEST);
        FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(SPECIES, 0.00019875691f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.0013981999f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.008333452f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041665796f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666666f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        p = p.fma(r.mul(r), r).add(1);
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_BIT);
        return p.reinterpretAsInts().add(power).reinterpretAsFloats();
    }
}
