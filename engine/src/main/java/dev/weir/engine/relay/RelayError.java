package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.protocol.ErrorCode;
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

    RelayError(HttpResponseStatus status, String code, @Nullable String param, String message) {
        this(status, code, param, message, null);
    }

    static RelayError bad(@Nullable String param, String message) {
        return new RelayError(HttpResponseStatus.BAD_REQUEST, "bad_request", param, message);
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
                new RelayError(HttpResponseStatus.SERVICE_UNAVAILABLE, "overloaded", null, why.message(), 1_000);
            case LATE, STALLED ->
                new RelayError(HttpResponseStatus.GATEWAY_TIMEOUT, "upstream_timeout", null, why.message());
            case UNREACHABLE, BROKEN ->
                new RelayError(HttpResponseStatus.BAD_GATEWAY, "upstream_failed", null, why.message());
        };
    }

    /** What a stream's refusal or failure is to whoever asked for the reply. */
    static RelayError of(ServerMessage.ErrorMessage error) {
        HttpResponseStatus status = switch (error.code()) {
            case OVERLOADED, DRAINING, TOO_MANY_STREAMS -> HttpResponseStatus.SERVICE_UNAVAILABLE;
            case MESSAGE_TOO_LARGE, UNKNOWN_POLICY -> HttpResponseStatus.BAD_REQUEST;
            case UNAUTHORIZED -> HttpResponseStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpResponseStatus.FORBIDDEN;
            default -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
        Integer retryAfter = error.code() == ErrorCode.DRAINING ? Integer.valueOf(1_000) : error.retryAfterMs();
        return new RelayError(status, error.code().wireName(), error.field(), error.message(), retryAfter);
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
