package dev.weir.bench.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what a load run sees, from {@link #begin} on. One thread. */
final class LoadTally {

    private static final long LONGEST_MICROS = 600_000_000;

    private final Histogram released = histogram();
    private final Histogram asRead = histogram();
    private final Histogram crossed = histogram();
    private final Histogram onset = histogram();
    private final Histogram lag = histogram();
    private final Histogram slice = histogram();
    private final Map<String, Long> errors = new TreeMap<>();
    private long beganNanos;
    private long tokens;
    private long ended;
    private long stopped;
    private long refused;
    private long refusedTokens;
    private Degraded degradedStreams = Degraded.NONE;
    private Degraded degradedTokens = Degraded.NONE;
    private long exposure;
    private long maxExposure;
    private long sliceNanos;
    private long sliceTokens;
    private long sliceRefused;

    private static Histogram histogram() {
        return new Histogram(LONGEST_MICROS, 3);
    }

    /** Forgets all before. What was due earlier is not counted when its answer comes. */
    void begin(long nowNanos) {
        for (Histogram each : new Histogram[] {released, asRead, crossed, onset, lag, slice}) {
            each.reset();
        }
        errors.clear();
        beganNanos = nowNanos;
        tokens = 0;
        ended = 0;
        stopped = 0;
        refused = 0;
        refusedTokens = 0;
        degradedStreams = Degraded.NONE;
        degradedTokens = Degraded.NONE;
        exposure = 0;
        maxExposure = 0;
        sliceNanos = nowNanos;
        sliceTokens = 0;
        sliceRefused = 0;
    }

    void due(long intendedNanos, long nowNanos) {
        tokens++;
        sliceTokens++;
        record(lag, intendedNanos, nowNanos);
    }

    void refusedToken() {
        refusedTokens++;
    }

    void covered(long ownNanos, long settledNanos, long nowNanos, Shortfall shortfall) {
        waiting(ownNanos, settledNanos, nowNanos);
        slice.recordValue(micros(settledNanos, nowNanos)); // whenever it was due: a backlog is part of its second
        degradedTokens = degradedTokens.plus(shortfall);
    }

    /** Not covered yet, at the end. */
    void waiting(long ownNanos, long settledNanos, long nowNanos) {
        record(released, settledNanos, nowNanos);
        record(asRead, ownNanos, nowNanos);
    }

    void ended(Shortfall shortfall) {
        ended++;
        degradedStreams = degradedStreams.plus(shortfall);
    }

    void stopped(int exposed, Shortfall shortfall) {
        ended(shortfall);
        stopped++;
        exposure += exposed;
        maxExposure = Math.max(maxExposure, exposed);
    }

    void stoppedAfterCrossing(long intendedNanos, long nowNanos) {
        record(crossed, intendedNanos, nowNanos);
    }

    void stoppedAfterOnset(long intendedNanos, long nowNanos) {
        record(onset, intendedNanos, nowNanos);
    }

    void refused() {
        refused++;
        sliceRefused++;
    }

    void failed(String code) {
        errors.merge(code, 1L, Long::sum);
    }

    private void record(Histogram latency, long fromNanos, long nowNanos) {
        if (fromNanos >= beganNanos) {
            latency.recordValue(micros(fromNanos, nowNanos));
        }
    }

    private static long micros(long fromNanos, long nowNanos) {
        return Math.clamp((nowNanos - fromNanos) / 1000, 0, LONGEST_MICROS);
    }

    /** What came back since the last slice, or since {@link #begin}. */
    Slice takeSlice(long nowNanos) {
        Slice taken = new Slice((nowNanos - sliceNanos) / 1e9, sliceTokens, Latencies.of(slice), sliceRefused);
        slice.reset();
        sliceNanos = nowNanos;
        sliceTokens = 0;
        sliceRefused = 0;
        return taken;
    }

    Tallied at(long nowNanos) {
        return new Tallied(
                (nowNanos - beganNanos) / 1e9,
                tokens,
                Latencies.of(released),
                Latencies.of(asRead),
                Latencies.of(crossed),
                Latencies.of(onset),
                Latencies.of(lag),
                ended,
                stopped,
                refused,
                refusedTokens,
                degradedStreams,
                degradedTokens,
                stopped == 0 ? 0 : (double) exposure / stopped,
                maxExposure,
                Map.copyOf(errors));
    }
}
