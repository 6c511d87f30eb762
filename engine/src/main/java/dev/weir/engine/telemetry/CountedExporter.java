package dev.weir.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Counts which spans arrived. */
final class CountedExporter implements SpanExporter {

    private final SpanExporter exporter;
    private final Counter exported;
    private final Counter failed;

    CountedExporter(SpanExporter exporter, MeterRegistry registry) {
        this.exporter = exporter;
        this.exported = Metric.SPANS_EXPORTED.counter(registry);
        this.failed = Metric.SPANS_FAILED.counter(registry);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size(); // the collection is used again
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> (result.isSuccess() ? exported : failed).increment(count));
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
