package dev.weir.engine.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether a risk of 0.3 means harm in 3 of 10 texts.
 *
 * @param brier mean squared distance of the risk from what was true; 0 is perfect, 0.25 is always saying 0.5
 * @param ece expected calibration error: the distance of mean risk and share of harmful texts, averaged over bins of equal
 *     mass, so that a crowd of risks near 0 does not leave the other bins to chance
 */
public record CalibrationError(double brier, double ece) {

    private static final int BINS = 15;

    /** @param share of the bin's texts that are harmful */
    public record Bin(int texts, double meanRisk, Proportion share) {}

    /** @param points at least one */
    static CalibrationError of(List<Ranking.Point> points) {
        return of(points, BINS);
    }

    static CalibrationError of(List<Ranking.Point> points, int wantedBins) {
        List<Bin> bins = bins(points, wantedBins);
        double weighted = bins.stream()
                .mapToDouble(bin ->
                        bin.texts() * Math.abs(bin.meanRisk() - bin.share().share()))
                .sum();
        double squares = points.stream()
                .mapToDouble(point -> Math.pow(point.risk() - truth(point), 2))
                .sum();
        return new CalibrationError(squares / points.size(), weighted / points.size());
    }

    /** Neighbours in risk, the least risky bin first; fewer bins where there are fewer points. */
    static List<Bin> bins(List<Ranking.Point> points) {
        return bins(points, BINS);
    }

    private static List<Bin> bins(List<Ranking.Point> points, int wantedBins) {
        List<Ranking.Point> sorted = points.stream()
                .sorted(Comparator.comparingDouble(Ranking.Point::risk))
                .toList();
        int count = Math.min(wantedBins, sorted.size());
        List<Bin> bins = new ArrayList<>(count);
        for (int bin = 0; bin < count; bin++) {
            List<Ranking.Point> members =
                    sorted.subList(edge(bin, count, sorted.size()), edge(bin + 1, count, sorted.size()));
            int harmful = (int) members.stream().filter(Ranking.Point::harmful).count();
            double risk = members.stream().mapToDouble(Ranking.Point::risk).sum();
            bins.add(new Bin(members.size(), risk / members.size(), Proportion.of(harmful, members.size())));
        }
        return bins;
    }

    private static int edge(int bin, int bins, int size) {
        return (int) ((long) bin * size / bins);
    }

    private static double truth(Ranking.Point point) {
        return point.harmful() ? 1 : 0;
    }
}
