package dev.weir.models;

/** Turns one category's raw logit into calibrated log-odds: {@code scale · logit + offset}. */
public record Calibration(double scale, double offset) {
    public byte vote(double logit) {
        return Vote.ofLogOdds(scale * logit + offset);
    }
}
