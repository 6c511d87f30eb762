package dev.weir.engine.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.access.Caller;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A request that may be served: its route was found and its caller admitted. May be read from any thread.
 *
 * @param query parameters of the URL
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record AdminRequest(Caller caller, Map<String, List<String>> query, HttpHeaders headers, byte[] body) {

    private static final JsonMapper JSON = new JsonMapper();

    static AdminRequest of(FullHttpRequest request, Caller caller) {
        return new AdminRequest(
                caller,
                new QueryStringDecoder(request.uri()).parameters(),
                request.headers(),
                ByteBufUtil.getBytes(request.content()));
    }

    /** The one value of a parameter; {@code otherwise} where it is left out. */
    String parameter(String name, String otherwise) {
        return query.getOrDefault(name, List.of(otherwise)).getFirst();
    }

    /** The body, which must be one JSON object. */
    JsonNode json() throws Refusal {
        try {
            JsonNode read = JSON.readTree(body);
            if (read.isObject()) {
                return read;
            }
        } catch (IOException e) {
            // said below
        }
        throw Refusal.badRequest("body (expected: one JSON object)");
    }
}
