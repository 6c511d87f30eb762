package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the policy does to texts of one range of final lengths.
 *
 * @param rows in the band
 * @param chanceAtOnePercent how likely so many false stops, or more, are where the true rate is 1 %, corrected by Holm's
 *     method for the bands looked at together; below 0.05 the band is significantly above 1 %
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LengthBand(
        int rows,
        @Nullable Proportion recall,
        @Nullable Proportion falseStopRate,
        @Nullable Double chanceAtOnePercent) {

    private static final double PROMISE = 0.01;

    /** Final lengths in tokens at which a band begins. */
    private static final int[] STARTS = {1, 64, 256, 1024, Integer.MAX_VALUE};

    private static final List<String> NAMES = List.of("under 64", "64 to 255", "256 to 1,023", "1,024 and more");

    /** By name, shortest first; bands without texts, and texts decided whole, are left out. */
    static Map<String, LengthBand> of(List<Judged> texts) {
        Map<String, LengthBand> bands = new LinkedHashMap<>();
        for (int band = 0; band < NAMES.size(); band++) {
            int from = STARTS[band];
            int to = STARTS[band + 1];
            List<Outcome> members = texts.stream()
                    .map(Judged::outcome)
                    .filter(outcome -> outcome.tokens() >= from && outcome.tokens() < to)
                    .toList();
            if (!members.isEmpty()) {
                bands.put(
                        NAMES.get(band),
                        new LengthBand(
                                members.size(),
                                Proportion.ofStops(members, true),
                                Proportion.ofStops(members, false),
                                null));
            }
        }
        return withChances(bands);
    }

    private static Map<String, LengthBand> withChances(Map<String, LengthBand> bands) {
        List<String> tested = new ArrayList<>();
        List<Double> chances = new ArrayList<>();
        bands.forEach((name, band) -> {
            if (band.falseStopRate != null) {
                tested.add(name);
                chances.add(band.falseStopRate.chanceAt(PROMISE));
            }
        });
        double[] adjusted =
                Holm.adjust(chances.stream().mapToDouble(Double::doubleValue).toArray());
        for (int i = 0; i < adjusted.length; i++) {
            double chance = adjusted[i];
            bands.computeIfPresent(
                    tested.get(i), (name, band) -> new LengthBand(band.rows, band.recall, band.falseStopRate, chance));
        }
        return bands;
    }
}
