package dev.weir.engine.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of the upstream's answer, and what of it the client gets.
 *
 * @param id of the reply, by which its receipts are found
 * @param unscored names of parts of the prompt that nobody read
 */
record ReplyHead(HttpResponse upstream, String id, List<String> unscored) {

    private static final List<String> PASSED =
            List.of("x-request-id", "retry-after", "retry-after-ms", "x-should-retry", "openai-processing-ms");
    private static final List<String> PASSED_FAMILIES = List.of("x-ratelimit-", "openai-");

    HttpResponseStatus status() {
        return upstream.status();
    }

    /** Whether it says that the upstream failed, rather than that it was asked for something wrong. */
    boolean isFault() {
        return status().codeClass() == HttpStatusClass.SERVER_ERROR;
    }

    /**
     * What the client of an answer without a reply is told in its place; null where the answer itself says it, in the shape
     * that clients know.
     *
     * @param json its body
     */
    @Nullable
    RelayError failure(String json, RelaySettings settings) {
        HttpResponseStatus status = status();
        boolean isOurs = !settings.forwardAuthorization()
                && (status.equals(HttpResponseStatus.UNAUTHORIZED) || status.equals(HttpResponseStatus.FORBIDDEN));
        if (isOurs) {
            return new RelayError(
                    HttpResponseStatus.BAD_GATEWAY,
                    "upstream_refused",
                    null,
                    "the upstream refused this server's credential (expected: a good one in weir.relay.key)");
        }
        if (!isFault() && status.codeClass() != HttpStatusClass.CLIENT_ERROR) {
            return new RelayError(
                    HttpResponseStatus.BAD_GATEWAY,
                    "upstream_failed",
                    null,
                    "the upstream answered with status " + status.code() + " (expected: 200)");
        }
        return RelayJson.object(json).filter(tree -> tree.has("error")).isPresent()
                ? null
                : new RelayError(status, "upstream_failed", null, "the upstream answered with status " + status.code());
    }

    /** Of an answer that follows piece by piece. */
    HttpResponse streamed() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        fill(head.headers());
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        head.headers().set("x-accel-buffering", "no"); // a proxy that waits for more would hold what is released
        return head;
    }

    FullHttpResponse whole(HttpResponseStatus status, String json) {
        ByteBuf body = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        fill(response.headers());
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return response;
    }

    private void fill(HttpHeaders headers) {
        headers.set("x-request-id", id);
        for (Map.Entry<String, String> header : upstream.headers()) {
            String name = header.getKey().toLowerCase(java.util.Locale.ROOT);
            if (PASSED.contains(name) || PASSED_FAMILIES.stream().anyMatch(name::startsWith)) {
                headers.set(name, header.getValue());
            }
        }
        headers.set("x-weir-reply", id);
        if (!unscored.isEmpty()) {
            headers.set("x-weir-unscored", String.join(", ", unscored));
        }
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
}
