package dev.weir.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;

/** What is measured at each run of one expert. */
final class ExpertMeters {

    final DistributionSummary rows;
    final DistributionSummary tokens;
    final Timer queueDelay;
    final Timer service;
    final Counter failures;
    final Counter opened;

    ExpertMeters(MeterRegistry registry, String expert) {
        rows = Metric.BATCH_ROWS.summary(registry, new double[] {0.5, 0.99}, "expert", expert);
        tokens = Metric.BATCH_TOKENS.summary(registry, new double[0], "expert", expert);
        queueDelay = Metric.BATCH_QUEUE_DELAY.duration(registry, "expert", expert);
        service = Metric.BATCH_SERVICE.duration(registry, "expert", expert);
        failures = Metric.EXPERT_FAILURES.counter(registry, "expert", expert);
        opened = Metric.EXPERT_OPENED.counter(registry, "expert", expert);
    }

    /** Sessions stay counted: they are not runs. */
    void removeFrom(MeterRegistry registry) {
        List.of(rows, tokens, queueDelay, service, failures).forEach(registry::remove);
    }
}
