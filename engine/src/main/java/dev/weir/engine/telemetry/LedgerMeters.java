package dev.weir.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How the ledger keeps up. Safe from any thread. */
public final class LedgerMeters {

    private final MeterRegistry registry;
    private final Counter written;
    private final Counter dropped;
    private final Counter failures;
    private final Timer delay;

    LedgerMeters(MeterRegistry registry) {
        this.registry = registry;
        this.written = Metric.LEDGER_WRITTEN.counter(registry);
        this.dropped = Metric.LEDGER_DROPPED.counter(registry);
        this.failures = Metric.LEDGER_FAILURES.counter(registry);
        this.delay = Metric.LEDGER_DELAY.latency(registry);
    }

    /** One group is durable. */
    public void written(int entries, long oldestWaitedNanos) {
        written.increment(entries);
        delay.record(oldestWaitedNanos, TimeUnit.NANOSECONDS);
    }

    /** One group could not be written. */
    public void failed() {
        failures.increment();
    }

    /** An entry is lost. */
    public void dropped() {
        dropped.increment();
    }

    /** @param outcome as the ledger names it */
    public void reviewed(String outcome) {
        Metric.REVIEWS.counter(registry, "outcome", outcome).increment();
    }

    /** What waits, read whenever metrics are. */
    public void waiting(Supplier<Number> entries, Supplier<Number> bytes) {
        Metric.LEDGER_WAITING.gauge(registry, entries);
        Metric.LEDGER_HELD.gauge(registry, bytes);
    }
}
