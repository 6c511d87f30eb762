package dev.weir.bench;

import org.HdrHistogram.Histogram;

/** What a load run saw. Thread-safe. */
final class LoadTally {

    private Histogram latencyMicros = new Histogram(3_600_000_000L, 3);
    private long deltas;
    private long finished;
    private long stopped;
    private long errors;

    /** Forgets the warm-up; errors are kept. */
    synchronized void begin() {
        latencyMicros = new Histogram(3_600_000_000L, 3);
        deltas = 0;
        finished = 0;
        stopped = 0;
    }

    synchronized void sent() {
        deltas++;
    }

    synchronized void covered(long nanos) {
        latencyMicros.recordValue(Math.max(1, nanos / 1000));
    }

    synchronized void ended(boolean wasStopped) {
        finished++;
        stopped += wasStopped ? 1 : 0;
    }

    synchronized void failed() {
        errors++;
    }

    synchronized Histogram latencyMicros() {
        return latencyMicros.copy();
    }

    synchronized long deltas() {
        return deltas;
    }

    synchronized long finished() {
        return finished;
    }

    synchronized long stopped() {
        return stopped;
    }

    synchronized long errors() {
        return errors;
    }
}
