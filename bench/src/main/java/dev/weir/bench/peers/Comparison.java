package dev.weir.bench.peers;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How many times another's cost one contestant has: in each round the ratio of two turns close in time, for the level
 * of a machine drifts with its neighbours, and then the median of the ratios.
 *
 * @param lowest of the ratios
 * @param median the mean of the middle two where their number is even
 */
record Comparison(double lowest, double median, double highest) {

    /** @param ours one for each of {@code theirs}, of the same rounds in the same order */
    static Comparison of(List<Round> ours, List<Round> theirs, ToDoubleFunction<Round> cost) {
        if (ours.isEmpty() || ours.size() != theirs.size()) {
            throw new IllegalArgumentException(
                    "rounds " + ours.size() + " and " + theirs.size() + " (expected: as many, at least one)");
        }
        double[] ratios = IntStream.range(0, ours.size())
                .mapToDouble(i -> cost.applyAsDouble(ours.get(i)) / cost.applyAsDouble(theirs.get(i)))
                .sorted()
                .toArray();
        return new Comparison(ratios[0], middle(ratios), ratios[ratios.length - 1]);
    }

    static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
        return middle(rounds.stream().mapToDouble(of).sorted().toArray());
    }

    static double median(List<Double> values) {
        return middle(values.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    private static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
