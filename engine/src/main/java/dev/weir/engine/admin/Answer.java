package dev.weir.engine.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.http.Problem;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered. Immutable.
 *
 * @param headers beside those that every answer has
 * @param body whole, or empty for one that is {@code followed}
 * @param followed takes the exchange once the head is sent, and writes what follows; null for a whole answer
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Answer(
        HttpResponseStatus status,
        String contentType,
        Map<CharSequence, String> headers,
        byte[] body,
        @Nullable Consumer<Exchange> followed) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer of(HttpResponseStatus status, String contentType, byte[] body) {
        return new Answer(status, contentType, Map.of(), body, null);
    }

    static Answer text(String contentType, String body) {
        return of(HttpResponseStatus.OK, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** @param value is written as one JSON value */
    static Answer json(Object value) {
        return json(HttpResponseStatus.OK, value);
    }

    static Answer json(HttpResponseStatus status, Object value) {
        return of(status, "application/json", bytes(value));
    }

    static Answer problem(Problem problem) {
        return problem(problem.status(), problem.message());
    }

    /** RFC 9457; {@code detail} says what was found and what was expected, for a reader. */
    static Answer problem(HttpResponseStatus status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("title", status.reasonPhrase());
        problem.put("status", status.code());
        problem.put("detail", detail);
        return of(status, "application/problem+json", bytes(problem));
    }

    /** Server-sent events, without an end. */
    static Answer events(Consumer<Exchange> followed) {
        return new Answer(HttpResponseStatus.OK, "text/event-stream", Map.of(), new byte[0], followed);
    }

    Answer with(CharSequence header, String value) {
        Map<CharSequence, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, more, body, followed);
    }

    /** On the event loop of the exchange. */
    void give(Exchange exchange, boolean headOnly) {
        if (followed == null) {
            exchange.answer(response());
            return;
        }
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        exchange.begin(head);
        if (headOnly) {
            exchange.end();
        } else {
            followed.accept(exchange);
        }
    }

    FullHttpResponse response() {
        FullHttpResponse response = HttpAnswer.of(status, contentType, body);
        headers.forEach((name, value) -> response.headers().set(name, value));
        return response;
    }

    static byte[] bytes(Object value) {
        try {
            return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " cannot be written as JSON", e);
        }
    }
}
