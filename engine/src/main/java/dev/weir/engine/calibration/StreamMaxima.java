package dev.weir.engine.calibration;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.util.Arrays;

/** The largest running risk of one finished stream, for each category in each band of positions it reached. Immutable. */
public final class StreamMaxima {

    /** Log-odds beyond which risks are not told apart: near 1 a {@code double} has no digits left for them. */
    static final double LIMIT = 15;

    private final double[][] risks;
    private final double[][] logOdds;
    private final int tokens;

    private StreamMaxima(double[][] risks, int tokens) {
        this.risks = risks;
        this.logOdds = Arrays.stream(risks)
                .map(band -> Arrays.stream(band)
                        .map(risk -> Math.clamp(LogOdds.of(risk), -LIMIT, LIMIT))
                        .toArray())
                .toArray(double[][]::new);
        this.tokens = tokens;
    }

    /** Decided in all. */
    public int tokens() {
        return tokens;
    }

    boolean reaches(int band) {
        return !Double.isNaN(logOdds[band][0]);
    }

    /** Log-odds of the largest risk; NaN when the stream did not reach the band. */
    double at(Category category, int band) {
        return logOdds[band][category.ordinal()];
    }

    /** Whether the stream was stopped at this threshold, somewhere. */
    boolean reaches(Category category, Threshold threshold) {
        for (int band = 0; band < risks.length; band++) {
            if (risks[band][category.ordinal()] >= threshold.risks().get(band)) {
                return true;
            }
        }
        return false;
    }

    /** Gathers one stream's maxima as it runs. One call at a time. */
    public static final class Gatherer {

        private final PositionBands bands;
        private final double[][] risks;
        private int tokens;

        public Gatherer(PositionBands bands) {
            this.bands = bands;
            this.risks = new double[bands.count()][Category.values().length];
            for (double[] band : risks) {
                Arrays.fill(band, Double.NaN);
            }
        }

        /**
         * One token or match more is decided.
         *
         * @param decided tokens so far
         * @param running risk by {@link Category#ordinal()}, in [0, 1]
         */
        public void onScored(int decided, double[] running) {
            tokens = decided;
            double[] band = risks[bands.of(decided)];
            for (int category = 0; category < band.length; category++) {
                if (!(running[category] <= band[category])) { // also when the band was not reached before
                    band[category] = running[category];
                }
            }
        }

        public StreamMaxima finished() {
            return new StreamMaxima(Arrays.stream(risks).map(double[]::clone).toArray(double[][]::new), tokens);
        }
    }
}
