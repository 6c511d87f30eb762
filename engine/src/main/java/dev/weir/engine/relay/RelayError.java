package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something that went wrong, in the shape that OpenAI's clients read.
 *
 * @param code a stable name for programs
 * @param param the field at fault; null for none
 * @param message for a developer; holds nothing of what is moderated
 * @param retryAfterMillis how long to wait; null for no advice
 */
record RelayError(
        HttpResponseStatus status,
        String code,
        @Nullable String param,
        String message,
        @Nullable Integer retryAfterMillis) {

    static final RelayError NO_UPSTREAM = new RelayError(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "relay_not_configured",
            null,
            "this server has no upstream to relay to (expected: weir.relay.upstream, or WEIR_UPSTREAM, such as"
                    + " https://api.openai.com/v1)");

    /** In milliseconds, where nobody knows better. */
    private static final Integer SOON = 1_000;

    RelayError(HttpResponseStatus status, String code, @Nullable String param, String message) {
        this(status, code, param, message, null);
    }

    static RelayError bad(@Nullable String param, String message) {
        return new RelayError(HttpResponseStatus.BAD_REQUEST, "bad_request", param, message);
    }

    /** Of an answer that does not come as a stream. */
    static RelayError tooLong(RelaySettings settings) {
        return new RelayError(
                HttpResponseStatus.BAD_GATEWAY,
                "upstream_failed",
                null,
                "the upstream's answer is longer than weir.relay.max-reply-bytes, " + settings.maxReplyBytes());
    }

    static RelayError unreadable(@Nullable String param, String what) {
        return new RelayError(
                HttpResponseStatus.BAD_REQUEST,
                "unreadable_content",
                param,
                what + ": cannot be moderated (expected: text; weir.relay.unreadable says what happens to the rest)");
    }

    static RelayError of(UpstreamFailure why) {
        return switch (why) {
            case FULL ->
                new RelayError(HttpResponseStatus.SERVICE_UNAVAILABLE, "overloaded", null, why.message(), SOON);
            case LATE, STALLED ->
                new RelayError(HttpResponseStatus.GATEWAY_TIMEOUT, "upstream_timeout", null, why.message());
            case UNREACHABLE, BROKEN ->
                new RelayError(HttpResponseStatus.BAD_GATEWAY, "upstream_failed", null, why.message());
        };
    }

    /** What a stream's refusal or failure is to whoever asked for the reply. */
    static RelayError of(ServerMessage.ErrorMessage error) {
        HttpResponseStatus status = switch (error.code()) {
            case TOO_MANY_STREAMS -> HttpResponseStatus.TOO_MANY_REQUESTS;
            case OVERLOADED ->
                StreamSupervisor.OF_TENANT.equals(error.field())
                        ? HttpResponseStatus.TOO_MANY_REQUESTS
                        : HttpResponseStatus.SERVICE_UNAVAILABLE;
            case DRAINING -> HttpResponseStatus.SERVICE_UNAVAILABLE;
            case MESSAGE_TOO_LARGE, UNKNOWN_POLICY -> HttpResponseStatus.BAD_REQUEST;
            case UNAUTHORIZED -> HttpResponseStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpResponseStatus.FORBIDDEN;
            default -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
        Integer retryAfter = switch (error.code()) {
            case DRAINING, TOO_MANY_STREAMS -> SOON;
            default -> error.retryAfterMs();
        };
        boolean isOfRequest = status.equals(HttpResponseStatus.BAD_REQUEST);
        return new RelayError(
                status, error.code().wireName(), isOfRequest ? error.field() : null, error.message(), retryAfter);
    }

    String json() {
        ObjectNode error = RelayJson.newObject();
        error.putObject("error")
                .put("message", message)
                .put("type", HttpAnswer.type(status))
                .put("param", param)
                .put("code", code);
        return RelayJson.write(error);
    }

    FullHttpResponse response() {
        FullHttpResponse response = HttpAnswer.json(status, json() + "\n");
        if (retryAfterMillis != null) {
            response.headers().setInt(HttpHeaderNames.RETRY_AFTER, Math.max(1, (retryAfterMillis + 999) / 1_000));
            response.headers().setInt("retry-after-ms", retryAfterMillis);
        }
        return response;
    }
}
