package dev.weir.engine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The span that others know a request by, as W3C Trace Context writes it. What is malformed means no parent.
 *
 * @param traceparent such as {@code 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}
 * @param tracestate goes on unread
 */
public record ParentSpan(String traceparent, @Nullable String tracestate) {

    public static final String TRACEPARENT = "traceparent";
    public static final String TRACESTATE = "tracestate";

    /** The least that must be passed on; a longer one is left out. */
    private static final int MAX_STATE = 512;

    private static final TextMapGetter<ParentSpan> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(ParentSpan parent) {
            return List.of(TRACEPARENT, TRACESTATE);
        }

        @Override
        public @Nullable String get(@Nullable ParentSpan parent, String key) {
            if (parent == null) {
                return null;
            }
            return switch (key) {
                case TRACEPARENT -> parent.traceparent;
                case TRACESTATE -> parent.tracestate;
                default -> null;
            };
        }
    };

    private static final TextMapSetter<Map<String, String>> WRITER = (written, key, value) -> {
        if (written != null) {
            written.put(key, value);
        }
    };

    /** Null where there is none. */
    public static @Nullable ParentSpan of(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null) {
            return null;
        }
        return new ParentSpan(traceparent, tracestate == null || tracestate.length() > MAX_STATE ? null : tracestate);
    }

    /** What others know a span of ours by. */
    static ParentSpan of(Span span) {
        Map<String, String> written = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), written, WRITER);
        return new ParentSpan(Objects.requireNonNull(written.get(TRACEPARENT)), written.get(TRACESTATE));
    }

    /** That of the labels, else {@code other}. */
    static Context context(Map<String, String> labels, @Nullable ParentSpan other) {
        ParentSpan own = of(labels.get(TRACEPARENT), labels.get(TRACESTATE));
        ParentSpan parent = own == null ? other : own;
        return parent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), parent, GETTER);
    }
}
