package dev.weir.engine.relay;

import dev.weir.engine.http.Door;
import dev.weir.engine.telemetry.ParentSpan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of the upstream: the client's request, with our credential unless the client's own is to be used. */
final class UpstreamRequest {

    /** Headers of a client that go on; none of them says who it is. */
    private static final List<String> PASSED = List.of(
            "accept",
            "user-agent",
            "openai-beta",
            "idempotency-key",
            "x-request-id",
            "x-client-request-id",
            Door.CANARY); // which no request for a reply bears that goes to the upstream proper

    /** Whose account it is, which goes on with the client's own credential. */
    private static final List<String> CREDENTIALS =
            List.of("authorization", "api-key", "openai-organization", "openai-project");

    private UpstreamRequest() {}

    /**
     * @param client the headers of its request
     * @param parent of the upstream's span, if it has one
     */
    static FullHttpRequest of(
            RelayRequest request, HttpHeaders client, @Nullable ParentSpan parent, RelaySettings settings) {
        ByteBuf body = Unpooled.copiedBuffer(RelayJson.write(request.body()), StandardCharsets.UTF_8);
        FullHttpRequest asked = asked(HttpMethod.POST, request.path(), body, client, settings);
        if (parent != null) {
            asked.headers().set(ParentSpan.TRACEPARENT, parent.traceparent());
            if (parent.tracestate() != null) {
                asked.headers().set(ParentSpan.TRACESTATE, parent.tracestate());
            }
        }
        asked.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        asked.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return asked;
    }

    /** @param below the path of all models: empty, or a slash and the name of one as it is to be written */
    static FullHttpRequest models(String below, HttpHeaders client, RelaySettings settings) {
        FullHttpRequest asked = asked(HttpMethod.GET, "/models" + below, Unpooled.EMPTY_BUFFER, client, settings);
        asked.headers().remove(Door.CANARY);
        return asked;
    }

    private static FullHttpRequest asked(
            HttpMethod method, String path, ByteBuf body, HttpHeaders client, RelaySettings settings) {
        FullHttpRequest asked = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, settings.path() + path, body);
        HttpHeaders headers = asked.headers();
        pass(PASSED, client, headers);
        for (Map.Entry<String, String> header : client) {
            if (header.getKey().regionMatches(true, 0, "x-stainless-", 0, 12)) {
                headers.set(header.getKey(), header.getValue());
            }
        }
        if (settings.forwardAuthorization()) {
            pass(CREDENTIALS, client, headers);
        } else {
            String credential = settings.credential();
            if (credential != null) {
                headers.set(settings.keyHeader(), credential);
            }
        }
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity"); // what is not compressed is decided sooner
        return asked;
    }

    private static void pass(List<String> names, HttpHeaders from, HttpHeaders to) {
        for (String name : names) {
            String value = from.get(name);
            if (value != null) {
                to.set(name, value);
            }
        }
    }
}
