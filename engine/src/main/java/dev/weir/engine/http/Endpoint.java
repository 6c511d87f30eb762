package dev.weir.engine.http;

import dev.weir.engine.access.Caller;
import io.netty.handler.codec.http.FullHttpRequest;

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
}
