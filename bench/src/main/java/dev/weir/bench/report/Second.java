package dev.weir.bench.report;

import dev.weir.bench.load.Slice;

/**
 * One second of a run.
 *
 * @param at seconds since its part began
 */
public record Second(int at, Slice slice, long residentKib) {}
