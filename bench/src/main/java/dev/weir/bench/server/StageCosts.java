package dev.weir.bench.server;

import java.util.EnumMap;
import java.util.Map;

/**
 * Splits a server's processor time, as the kernel counted it, among the stages. The compiler and the collector have threads
 * of their own, whose time is known. The rest is split in proportion to the samples of stacks; a sample without a stack
 * counts as others do.
 */
public final class StageCosts {

    private StageCosts() {}

    /** @return milliseconds of each stage, which together are those of the process */
    public static Map<Stage, Double> of(ProcessTimes before, ProcessTimes after, Flight flight) {
        Map<ThreadKind, Long> threads = ThreadKind.millis(before, after);
        return split(
                (double) after.millis() - before.millis(),
                threads.getOrDefault(ThreadKind.COMPILERS, 0L),
                threads.getOrDefault(ThreadKind.COLLECTOR, 0L),
                threads.getOrDefault(ThreadKind.JVM, 0L),
                flight.samples());
    }

    static Map<Stage, Double> split(double total, double jit, double gc, double jvm, Map<Stage, Long> samples) {
        Map<Stage, Double> costs = new EnumMap<>(Stage.class);
        double rest = Math.max(0, total - jit - gc - jvm);
        long sampled = samples.values().stream().mapToLong(Long::longValue).sum();
        for (Stage stage : Stage.values()) {
            costs.put(stage, sampled == 0 ? 0.0 : rest * samples.getOrDefault(stage, 0L) / sampled);
        }
        costs.put(Stage.JIT, jit);
        costs.put(Stage.GC, gc);
        costs.merge(Stage.OTHER, sampled == 0 ? rest + jvm : jvm, Double::sum);
        return costs;
    }
}
