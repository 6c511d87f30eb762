package dev.weir.engine.decision;

/**
 * How readily a policy stops, for those who do not want to name a number. A stricter one stops every text that a looser
 * one stops, no later.
 */
public enum Strictness {
    STRICT(0.05, -1),
    MODERATE(0.01, 0),
    LOOSE(0.001, 1);

    private final double falseStopRate;
    private final double shift;

    Strictness(double falseStopRate, double shift) {
        this.falseStopRate = falseStopRate;
        this.shift = shift;
    }

    /** Share of clean replies that may be stopped, where thresholds are calibrated. */
    public double falseStopRate() {
        return falseStopRate;
    }

    /** A typed threshold moved by one unit of log-odds, where none are calibrated. */
    public Threshold shifted(Threshold typed) {
        return new Threshold(
                typed.bands(),
                typed.risks().stream()
                        .map(risk -> shift == 0 || risk == 1 ? risk : LogOdds.toProbability(LogOdds.of(risk) + shift))
                        .toList());
    }
}
