package dev.weir.bench.load;

import org.HdrHistogram.Histogram;

/** Percentiles of a latency in milliseconds; all zero when nothing was timed. */
public record Latencies(long count, double p50, double p99, double p999, double max) {

    static Latencies of(Histogram micros) {
        return new Latencies(
                micros.getTotalCount(),
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3);
    }
}
