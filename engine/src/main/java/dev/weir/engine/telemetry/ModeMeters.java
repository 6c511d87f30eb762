package dev.weir.engine.telemetry;

import dev.weir.protocol.Mode;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** How fast streams of one mode are decided. Safe from any thread. */
public final class ModeMeters {

    private final Timer decision;
    private final Timer stop;
    private final DistributionSummary exposure;

    ModeMeters(MeterRegistry registry, Mode mode) {
        decision = Metric.DECISION_LATENCY.latency(registry, "mode", mode.wireName());
        stop = Metric.STOP_LATENCY.latency(registry, "mode", mode.wireName());
        exposure = Metric.STOP_EXPOSURE.length(registry, "mode", mode.wireName());
    }

    /** @param waitedNanos since the delta came that settled the oldest text decided now */
    public void decided(long waitedNanos) {
        decision.record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    /** @param waitedNanos since the delta came that brought the text which crossed */
    public void stopped(long waitedNanos) {
        stop.record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    /** @param codePoints of harmful text that the reader had seen by the stop */
    public void exposed(int codePoints) {
        exposure.record(codePoints);
    }
}
