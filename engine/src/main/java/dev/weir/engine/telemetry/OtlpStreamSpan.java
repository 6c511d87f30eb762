package dev.weir.engine.telemetry;

import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ServerMessage;
import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/** The span of one stream, told in what the client is told. */
final class OtlpStreamSpan implements StreamSpan {

    private static final AttributeKey<String> CATEGORY = AttributeKey.stringKey("weir.category");
    private static final AttributeKey<Double> RISK = AttributeKey.doubleKey("weir.risk");
    private static final AttributeKey<Long> FROM = AttributeKey.longKey("weir.from");
    private static final AttributeKey<Long> TO = AttributeKey.longKey("weir.to");
    private static final AttributeKey<String> RECEIPT = AttributeKey.stringKey("weir.receipt");
    private static final AttributeKey<List<String>> ASLEEP = AttributeKey.stringArrayKey("weir.asleep");
    private static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

    private final Span span;
    private final Counter ended;
    private boolean released;

    OtlpStreamSpan(Span span, Counter ended) {
        this.span = span;
        this.ended = ended;
    }

    @Override
    public void said(ServerMessage message) {
        switch (message) {
            case ServerMessage.Opened opened -> onOpened(opened);
            case ServerMessage.Released first -> onReleased(first);
            case ServerMessage.Flagged flagged ->
                span.addEvent(
                        "weir.flagged",
                        Attributes.builder()
                                .put(CATEGORY, flagged.category())
                                .put(RISK, flagged.risk())
                                .put(FROM, (long) flagged.from())
                                .put(TO, (long) flagged.to())
                                .put(RECEIPT, flagged.receipt())
                                .build());
            case ServerMessage.Redacted redacted ->
                span.addEvent(
                        "weir.redacted",
                        Attributes.of(
                                CATEGORY, redacted.category(), FROM, (long) redacted.from(), TO, (long) redacted.to()));
            case ServerMessage.Stopped stopped -> onStopped(stopped);
            case ServerMessage.Ended ended -> onEnded(ended);
            case ServerMessage.ErrorMessage error -> onError(error);
            case ServerMessage.Credit credit -> {}
            case ServerMessage.FeedbackRecorded recorded -> {}
        }
    }

    private void onOpened(ServerMessage.Opened opened) {
        ServerMessage.PromptVerdict prompt = opened.prompt();
        if (prompt != null) {
            span.setAttribute("weir.prompt.risk", prompt.risk());
            span.setAttribute("weir.prompt.action", prompt.action().wireName());
        }
    }

    private void onReleased(ServerMessage.Released first) {
        if (!released && first.through() > 0) {
            released = true;
            span.addEvent("weir.released", Attributes.of(TO, (long) first.through()));
        }
    }

    private void onStopped(ServerMessage.Stopped stopped) {
        span.addEvent(
                "weir.stopped",
                Attributes.of(CATEGORY, stopped.category(), FROM, (long) stopped.onset(), TO, (long) stopped.at()));
        span.setAttribute(CATEGORY, stopped.category());
        span.setAttribute("weir.severity", stopped.severity().wireName());
        span.setAttribute(RISK, stopped.risk());
        span.setAttribute("weir.exposure", stopped.exposure());
        span.setAttribute(RECEIPT, stopped.receipt());
        span.setAttribute(FINISH_REASONS, List.of("content_filter"));
    }

    private void onEnded(ServerMessage.Ended end) {
        span.setAttribute(RISK, end.maxRisk());
        span.setAttribute(RECEIPT, end.receipt());
        span.setAttribute("weir.coarse", end.coarse());
        span.setAttribute("weir.unscored", end.unscored());
        span.setAttribute(ASLEEP, end.asleep());
    }

    private void onError(ServerMessage.ErrorMessage error) {
        if (error.isFinal()) {
            span.setAttribute("error.type", error.code().wireName());
        }
        if (error.code() == ErrorCode.INTERNAL) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    @Override
    public void over(String outcome, int tokens) {
        span.setAttribute("weir.verdict", outcome);
        span.setAttribute("weir.tokens", tokens);
        span.end();
        ended.increment();
    }
}
