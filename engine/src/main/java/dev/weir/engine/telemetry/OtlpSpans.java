package dev.weir.engine.telemetry;

import dev.weir.protocol.ClientMessage.OpenStream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Spans for an OpenTelemetry collector, one a stream, in the terms of the GenAI semantic conventions where they have one
 * and {@code weir.*} where not. A stream moderates what a model says and is no call of a model, so its operation is one of
 * our own, {@code moderate}. A relayed request is such a call, and the spans of its streams are under its own. Nothing of
 * the text is in a span, and a conversation is named by a hash.
 *
 * <p>A span that ends is put into a bounded queue, which is sent by a thread of its own; what finds it full is dropped.
 */
final class OtlpSpans implements Spans {

    private static final String OPERATION = "moderate";
    private static final int MAX_EVENTS = 128;
    private static final int MAX_VALUE_LENGTH = 256;
    private static final int HASH_BYTES = 16;

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Counter ended;
    private final long timeoutNanos;

    OtlpSpans(SpanSettings settings, String version, MeterRegistry registry) {
        this.ended = Metric.SPANS_ENDED.counter(registry);
        this.timeoutNanos = settings.timeout().toNanos();
        this.provider = SdkTracerProvider.builder()
                .setResource(resource(settings, version))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfEvents(MAX_EVENTS)
                        .setMaxAttributeValueLength(MAX_VALUE_LENGTH)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(new CountedExporter(exporter(settings), registry))
                        .setMaxQueueSize(settings.maxQueue())
                        .setMaxExportBatchSize(settings.maxBatch())
                        .setScheduleDelay(settings.interval())
                        .setExporterTimeout(settings.timeout())
                        .build())
                .build();
        this.tracer = provider.get("dev.weir", version);
    }

    private static OtlpHttpSpanExporter exporter(SpanSettings settings) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(settings.timeout())
                .setConnectTimeout(settings.timeout())
                .setCompression(settings.gzip() ? "gzip" : "none");
        settings.headers().forEach(exporter::addHeader);
        return exporter.build();
    }

    private static Resource resource(SpanSettings settings, String version) {
        AttributesBuilder attributes =
                Attributes.builder().put("service.name", settings.serviceName()).put("service.version", version);
        settings.resource().forEach(attributes::put);
        return Resource.getDefault().merge(Resource.create(attributes.build()));
    }

    @Override
    public StreamSpan begin(Stream stream) {
        OpenStream request = stream.request();
        String model = request.meta().get("model");
        SpanBuilder builder = tracer.spanBuilder(named(OPERATION, model == null ? "" : model))
                .setParent(ParentSpan.context(request.meta(), stream.parent()))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("gen_ai.operation.name", OPERATION)
                .setAttribute("weir.stream.uid", stream.uid())
                .setAttribute("weir.tenant", stream.tenant())
                .setAttribute("weir.channel", request.channel())
                .setAttribute("weir.policy", stream.policy())
                .setAttribute("weir.mode", stream.mode().wireName())
                .setAttribute("weir.weights.version", stream.weights());
        if (model != null) {
            builder.setAttribute("gen_ai.request.model", model);
        }
        if (request.conversation() != null) {
            builder.setAttribute("gen_ai.conversation.id", hash(stream.tenant() + '/' + request.conversation()));
        }
        Span span = builder.startSpan();
        return span.isRecording() ? new OtlpStreamSpan(span, ended) : StreamSpan.NONE;
    }

    @Override
    public RequestSpan begin(Request request) {
        SpanBuilder builder = tracer.spanBuilder(named(request.operation(), request.model()))
                .setParent(ParentSpan.context(Map.of(), request.parent()))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("gen_ai.operation.name", request.operation())
                .setAttribute("gen_ai.provider.name", "openai")
                .setAttribute("server.address", request.upstream().getHost())
                .setAttribute("weir.tenant", request.tenant())
                .setAttribute("weir.reply", request.id());
        if (!request.model().isEmpty()) {
            builder.setAttribute("gen_ai.request.model", request.model());
        }
        if (request.choices() > 1) {
            builder.setAttribute("gen_ai.request.choice.count", request.choices());
        }
        if (request.upstream().getPort() >= 0) {
            builder.setAttribute("server.port", request.upstream().getPort());
        }
        Span span = builder.startSpan();
        return span.isRecording() ? new OtlpRequestSpan(span, ended) : RequestSpan.none(ParentSpan.of(span));
    }

    private static String named(String operation, String model) {
        return model.isEmpty() ? operation : operation + ' ' + shortened(model);
    }

    private static String shortened(String model) {
        return model.length() > MAX_VALUE_LENGTH ? model.substring(0, MAX_VALUE_LENGTH) : model;
    }

    /** The same for the same conversation on every server, so that its turns are found together. */
    static String hash(String conversation) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(conversation.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        provider.shutdown().join(timeoutNanos, TimeUnit.NANOSECONDS);
    }
}
