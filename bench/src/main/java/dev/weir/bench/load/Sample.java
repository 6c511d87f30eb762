package dev.weir.bench.load;

/**
 * A text to play.
 *
 * @param spanStart where its annotated harm begins, in code points; -1 when nobody annotated it
 */
public record Sample(String text, boolean harmful, int spanStart) {}
