package dev.weir.engine.http;

import dev.weir.engine.access.Admission;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * Why a request is not served, before a {@link Door} says it in the form that those read who come through it.
 *
 * @param code a stable name for programs
 * @param message for a developer; printable ASCII without quotes or backslashes
 * @param headers that the answer has beside those of every answer
 */
public record Problem(HttpResponseStatus status, String code, String message, Map<CharSequence, String> headers) {

    public Problem {
        headers = Map.copyOf(headers);
    }

    public Problem(HttpResponseStatus status, String code, String message) {
        this(status, code, message, Map.of());
    }

    /**
     * For somebody who was not let in.
     *
     * @param challenge what he is asked to show, as {@code WWW-Authenticate} has it
     */
    public static Problem of(Admission.Refused refused, String challenge) {
        return switch (refused.reason()) {
            case UNAUTHENTICATED ->
                new Problem(
                        HttpResponseStatus.UNAUTHORIZED,
                        "unauthorized",
                        refused.message(),
                        Map.of(HttpHeaderNames.WWW_AUTHENTICATE, challenge));
            case FORBIDDEN -> new Problem(HttpResponseStatus.FORBIDDEN, "forbidden", refused.message());
            case NOT_YET ->
                new Problem(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "overloaded",
                        refused.message(),
                        Map.of(HttpHeaderNames.RETRY_AFTER, "2"));
        };
    }
}
