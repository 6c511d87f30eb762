package dev.weir.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The span of one relayed request. */
final class OtlpRequestSpan implements RequestSpan {

    private static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    private static final int LEAST_FAULT = 500;

    private final Span span;
    private final Counter ended;

    OtlpRequestSpan(Span span, Counter ended) {
        this.span = span;
        this.ended = ended;
    }

    @Override
    public @Nullable ParentSpan asParent() {
        return ParentSpan.of(span);
    }

    @Override
    public void over(Reply reply, String outcome, @Nullable Integer errorStatus) {
        if (!reply.id().isEmpty()) {
            span.setAttribute("gen_ai.response.id", reply.id());
        }
        if (!reply.model().isEmpty()) {
            span.setAttribute("gen_ai.response.model", reply.model());
        }
        if (!reply.finishReasons().isEmpty()) {
            span.setAttribute(FINISH_REASONS, List.copyOf(reply.finishReasons()));
        }
        reply.inputTokens().ifPresent(tokens -> span.setAttribute("gen_ai.usage.input_tokens", tokens));
        reply.outputTokens().ifPresent(tokens -> span.setAttribute("gen_ai.usage.output_tokens", tokens));
        span.setAttribute("weir.outcome", outcome);
        if (errorStatus != null) {
            span.setAttribute("error.type", outcome);
            if (errorStatus >= LEAST_FAULT) {
                span.setStatus(StatusCode.ERROR);
            }
        }
        span.end();
        ended.increment();
    }
}
