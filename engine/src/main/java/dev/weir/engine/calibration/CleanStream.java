package dev.weir.engine.calibration;

/**
 * A clean text after its stream.
 *
 * @param question it answers
 */
public record CleanStream(Question question, StreamMaxima maxima) {}
