package dev.weir.engine.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered. Immutable.
 *
 * @param headers beside those that every answer has
 * @param body whole, or empty for one that is {@code followed}
 * @param followed takes the channel once the head is sent, and writes what follows; null for a whole answer
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Answer(
        HttpResponseStatus status,
        String contentType,
        Map<CharSequence, String> headers,
        byte[] body,
        @Nullable Consumer<Channel> followed) {

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

    /** RFC 9457; {@code detail} says what was found and what was expected, for a reader. */
    static Answer problem(HttpResponseStatus status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("title", status.reasonPhrase());
        problem.put("status", status.code());
        problem.put("detail", detail);
        return of(status, "application/problem+json", bytes(problem));
    }

    /** A door's answer as a problem, with what it asks for in its headers; releases it. */
    static Answer refused(FullHttpResponse said, String detail) {
        Answer problem = problem(said.status(), detail);
        for (CharSequence asking : List.of(HttpHeaderNames.WWW_AUTHENTICATE, HttpHeaderNames.RETRY_AFTER)) {
            List<String> values = said.headers().getAll(asking);
            if (!values.isEmpty()) {
                problem = problem.with(asking, String.join(", ", values));
            }
        }
        said.release();
        return problem;
    }

    /** Server-sent events, without an end. */
    static Answer events(Consumer<Channel> followed) {
        return new Answer(HttpResponseStatus.OK, "text/event-stream", Map.of(), new byte[0], followed);
    }

    /** 405, naming what would be taken. */
    static Answer methodNotAllowed(String allowed) {
        Answer problem = problem(HttpResponseStatus.METHOD_NOT_ALLOWED, "expected: " + allowed);
        return problem.with(HttpHeaderNames.ALLOW, allowed);
    }

    Answer with(CharSequence header, String value) {
        Map<CharSequence, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, more, body, followed);
    }

    static byte[] bytes(Object value) {
        try {
            return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " cannot be written as JSON", e);
        }
    }
}
