package dev.weir.engine.evaluation;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Corrects p-values of questions asked together, so that the chance of any false alarm stays below the level they are
 * compared with. S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979).
 */
public final class Holm {

    private Holm() {}

    /** @return the adjusted p-values, in the order given */
    public static double[] adjust(double[] p) {
        Integer[] smallestFirst = new Integer[p.length];
        Arrays.setAll(smallestFirst, i -> i);
        Arrays.sort(smallestFirst, Comparator.comparingDouble(i -> p[i]));
        double[] adjusted = new double[p.length];
        double highest = 0;
        for (int rank = 0; rank < p.length; rank++) {
            int question = smallestFirst[rank];
            highest = Math.max(highest, Math.min(1, (p.length - rank) * p[question]));
            adjusted[question] = highest;
        }
        return adjusted;
    }
}
