package dev.weir.engine.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Several tests at once: the probability that any true hypothesis is rejected stays below the level. */
final class Holm {

    private Holm() {}

    /**
     * Adjusted p-values, in the order given; below 0.05 is significant at 5 % over all of them together.
     *
     * <p>S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
     */
    static List<Double> adjusted(List<Double> pValues) {
        List<Integer> ascending = IntStream.range(0, pValues.size())
                .boxed()
                .sorted(Comparator.comparing(pValues::get))
                .toList();
        List<Double> adjusted = new ArrayList<>(pValues);
        double largest = 0;
        for (int rank = 0; rank < ascending.size(); rank++) {
            int test = ascending.get(rank);
            largest = Math.max(largest, Math.min(1, (pValues.size() - rank) * pValues.get(test)));
            adjusted.set(test, largest);
        }
        return adjusted;
    }
}
