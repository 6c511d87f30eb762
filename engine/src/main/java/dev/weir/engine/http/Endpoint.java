package dev.weir.engine.http;

import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Caller;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/** Serves the requests of one route. Thread-safe: requests of several connections are served at once. */
public interface Endpoint {

    Route route();

    /** Why this is not for whoever sends this head, whoever he is; asked before that. Empty where it may be. */
    default Optional<Problem> bars(HttpHeaders headers) {
        return Optional.empty();
    }

    /**
     * Answers through {@code exchange}, now or later. Runs on the event loop of the connection, so it never blocks.
     *
     * @param request fits the route, or is a HEAD where that is a GET; its body is valid during the call
     * @param caller whom the door let in
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
