package dev.weir.bench.server;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Splits a server's processor time, as the kernel counted it, among the stages. The compiler and the collector have threads
 * of their own, whose time is known. The rest is split in proportion to the samples of stacks; a sample without a stack
 * counts as others do.
 */
public final class StageCosts {

    private static final List<String> JIT_THREADS = List.of("C1 Compiler", "C2 Compiler", "Sweeper");
    private static final List<String> GC_THREADS = List.of("GC Thread", "G1 ", "VM Thread");
    private static final List<String> JVM_THREADS =
            List.of("JFR ", "VM Periodic", "Signal Disp", "Monitor Defl", "Attach List");

    private StageCosts() {}

    /** @return milliseconds of each stage, which together are those of the process */
    public static Map<Stage, Double> of(ProcessTimes before, ProcessTimes after, Flight flight) {
        double jit = after.millisSince(before, JIT_THREADS);
        double gc = after.millisSince(before, GC_THREADS);
        double jvm = after.millisSince(before, JVM_THREADS);
        return split((double) after.millis() - before.millis(), jit, gc, jvm, flight.samples());
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
