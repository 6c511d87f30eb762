package dev.weir.engine.evaluation;

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

    /** @param points at least one */
    static CalibrationError of(List<Ranking.Point> points) {
        return of(points, BINS);
    }

    static CalibrationError of(List<Ranking.Point> points, int wantedBins) {
        List<Ranking.Point> sorted = points.stream()
                .sorted(Comparator.comparingDouble(Ranking.Point::risk))
                .toList();
        int bins = Math.min(wantedBins, sorted.size());
        double weighted = 0;
        for (int bin = 0; bin < bins; bin++) {
            List<Ranking.Point> members =
                    sorted.subList(edge(bin, bins, sorted.size()), edge(bin + 1, bins, sorted.size()));
            double risk = members.stream().mapToDouble(Ranking.Point::risk).sum();
            double harmful =
                    members.stream().mapToDouble(CalibrationError::truth).sum();
            weighted += Math.abs(risk - harmful);
        }
        double squares = points.stream()
                .mapToDouble(point -> Math.pow(point.risk() - truth(point), 2))
                .sum();
        return new CalibrationError(squares / points.size(), weighted / points.size());
    }

    private static int edge(int bin, int bins, int size) {
        return (int) ((long) bin * size / bins);
    }

    private static double truth(Ranking.Point point) {
        return point.harmful() ? 1 : 0;
    }
}
