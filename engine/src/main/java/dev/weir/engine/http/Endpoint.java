package dev.weir.engine.http;

import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Caller;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;

/** Serves the requests of one route. Thread-safe: requests of several connections are served at once. */
public interface Endpoint {

    Route route();

    /**
     * Answers through {@code exchange}, now or later. Runs on the event loop of the connection, so it never blocks.
     *
     * @param request fits the route; its body is valid during the call
     * @param caller has the route's scope
     */
    void serve(FullHttpRequest request, Caller caller, Exchange exchange);

    /**
     * Tells whoever asks without a body that he is not let in.
     *
     * @param answer of HTTP, for what speaks nothing else
     */
    default void refuse(FullHttpRequest request, Admission.Refused why, FullHttpResponse answer, Exchange exchange) {
        exchange.answer(answer);
    }
}
