/** Thresholds from a budget of false stops: the statistics, the artefact that keeps them, and their use by a policy. */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.calibration;
