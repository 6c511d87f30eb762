package dev.weir.engine.decision;

import java.util.List;

/**
 * The risk from which a category's action is taken, as a step function of the position reached.
 *
 * @param risks calibrated risk in (0, 1], one a band; 1 is never reached
 */
public record Threshold(PositionBands bands, List<Double> risks) {

    /** @throws IllegalArgumentException when there is not one risk a band */
    public Threshold {
        risks = List.copyOf(risks);
        if (risks.size() != bands.count()) {
            throw new IllegalArgumentException(
                    "thresholds: " + risks.size() + " (expected: " + bands.count() + ", one a band)");
        }
    }

    /** The same wherever the text has come to. */
    public static Threshold constant(double risk) {
        return new Threshold(PositionBands.NONE, List.of(risk));
    }

    /** @param tokens decided so far */
    public double at(int tokens) {
        return risks.get(bands.of(tokens));
    }

    boolean isValid() {
        return risks.stream().allMatch(risk -> risk > 0 && risk <= 1);
    }
}
