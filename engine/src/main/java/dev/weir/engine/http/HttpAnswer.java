package dev.weir.engine.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Short plain HTTP answers, never cached. */
public final class HttpAnswer {

    private HttpAnswer() {}

    /** @param json is one JSON value */
    public static FullHttpResponse json(HttpResponseStatus status, String json) {
        return of(status, "application/json", json);
    }

    /** Nothing but which methods a path takes. */
    static FullHttpResponse methods(String methods) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
        answer.headers().set(HttpHeaderNames.ALLOW, methods).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        return answer;
    }

    /**
     * An error in the shape that OpenAI's clients read.
     *
     * @param code a stable name for programs
     * @param message for a developer; printable ASCII without quotes or backslashes
     */
    public static FullHttpResponse error(HttpResponseStatus status, String code, String message) {
        return json(
                status,
                "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"param\":null,\"type\":\""
                        + type(status) + "\"}}\n");
    }

    /** What kind of error a status is, in OpenAI's words. */
    public static String type(HttpResponseStatus status) {
        if (status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
            return "requests";
        }
        return status.codeClass() == HttpStatusClass.SERVER_ERROR ? "server_error" : "invalid_request_error";
    }

    public static FullHttpResponse of(HttpResponseStatus status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** @param body is not copied */
    public static FullHttpResponse of(HttpResponseStatus status, String contentType, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }
}
