package dev.weir.engine.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.evaluation.Holm;
import dev.weir.engine.evaluation.Proportion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calibrated thresholds do to clean streams that had no part in them.
 *
 * @param alpha the budget
 * @param all over all streams
 * @param lengths by final length, in tokens; bands without streams are left out
 */
public record HeldOutStops(double alpha, Rate all, List<Rate> lengths) {

    /** Over all bands of one budget together. */
    private static final double SIGNIFICANT = 0.05;

    /**
     * @param tokens the band of final lengths
     * @param falseStops with their exact interval
     * @param pValue probability of as many stops or more if the true rate were alpha
     * @param holm the same, corrected for the number of bands; null over all
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Rate(
            String tokens,
            Proportion falseStops,
            double pValue,
            @Nullable Double holm) {

        /** Whether chance hardly explains so many. */
        public boolean isSignificantlyAbove() {
            return (holm == null ? pValue : holm) < SIGNIFICANT;
        }
    }

    /** @param streams clean, at least one */
    public static HeldOutStops of(BudgetThresholds calibrated, List<StreamMaxima> streams, PositionBands bands) {
        List<Rate> rates = new ArrayList<>();
        for (int band = 0; band < bands.count(); band++) {
            int at = band;
            List<StreamMaxima> ending = streams.stream()
                    .filter(stream -> bands.of(stream.tokens()) == at)
                    .toList();
            if (!ending.isEmpty()) {
                rates.add(rate(bands.names().get(band), calibrated, ending));
            }
        }
        double[] holm = Holm.adjust(rates.stream().mapToDouble(Rate::pValue).toArray());
        List<Rate> corrected = new ArrayList<>();
        for (int i = 0; i < rates.size(); i++) {
            Rate rate = rates.get(i);
            corrected.add(new Rate(rate.tokens, rate.falseStops, rate.pValue, holm[i]));
        }
        return new HeldOutStops(calibrated.budget().alpha(), rate("all", calibrated, streams), corrected);
    }

    private static Rate rate(String name, BudgetThresholds calibrated, List<StreamMaxima> streams) {
        int stops = (int) streams.stream().filter(calibrated::stops).count();
        return new Rate(
                name, Proportion.of(stops, streams.size()), calibrated.budget().surprise(stops, streams.size()), null);
    }
}
