package dev.weir.engine.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * The harmless texts of a run, as a source of thresholds: they are those that would stop so many of these very texts, so
 * they say what a perfect calibration would give and promise nothing about others.
 */
final class Pool {

    private final List<Traced> harmless;
    private final double[] riskiestLast;

    private Pool(List<Traced> harmless) {
        this.harmless = harmless;
        this.riskiestLast = harmless.stream()
                .mapToDouble(text -> text.risk().top())
                .sorted()
                .toArray();
    }

    /** @param texts harmful ones are left out */
    static Pool of(List<Traced> texts) {
        return new Pool(texts.stream().filter(text -> !text.harmful()).toList());
    }

    List<Traced> harmless() {
        return harmless;
    }

    int size() {
        return riskiestLast.length;
    }

    /** The lowest threshold that stops at most a share {@code alpha} of the pool; above all of it where that is none. */
    double threshold(double alpha) {
        int allowed = (int) Math.floor(alpha * riskiestLast.length + 1e-9);
        return allowed >= riskiestLast.length ? 0 : Math.nextUp(riskiestLast[riskiestLast.length - 1 - allowed]);
    }

    /** How many of the pool a threshold stops. */
    int stoppedAt(double threshold) {
        return (int)
                Arrays.stream(riskiestLast).filter(risk -> risk >= threshold).count();
    }
}
