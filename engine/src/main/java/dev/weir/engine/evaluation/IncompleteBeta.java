package dev.weir.engine.evaluation;

/**
 * The regularised incomplete beta function I_x(a, b) and its inverse, to about 1e-12.
 *
 * <p>The value comes from the continued fraction of [1], eq. 26.5.8, evaluated by Lentz's method as modified by Thompson
 * and Barnett; it converges fast below x = (a + 1) / (a + b + 2), and above that the symmetry I_x(a, b) = 1 - I_(1-x)(b, a)
 * is used. The inverse halves the interval: 100 halvings reach the last bit, and an evaluation asks for four of them.
 *
 * <p>[1] Abramowitz and Stegun, Handbook of Mathematical Functions, 1964.
 */
public final class IncompleteBeta {

    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };
    private static final double TINY = 1e-300;
    private static final int MAX_TERMS = 10_000;

    private IncompleteBeta() {}

    /** P(Bin(trials, share) &gt;= least), which the beta distribution says: {@code least} 0 to trials, share in (0, 1). */
    public static double binomialTail(int least, int trials, double share) {
        return least == 0 ? 1 : at(share, least, trials - least + 1.0);
    }

    /** @param x in [0, 1]; {@code a} and {@code b} above 0 */
    public static double at(double x, double a, double b) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b;
    }

    /** The x at which the function reaches {@code p} in [0, 1]. */
    static double inverse(double p, double a, double b) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (at(middle, a, b) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double fraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= MAX_TERMS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            double step = d * c;
            value *= step;
            if (Math.abs(step - 1) < 1e-15) {
                break;
            }
        }
        return value;
    }

    /** A divisor that is not 0. */
    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /** Lanczos' approximation with g = 7 and nine terms. */
    private static double logGamma(double z) {
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (z - 1 + i);
        }
        double t = z + 6.5;
        return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
