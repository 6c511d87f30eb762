package dev.weir.engine.admin;

import dev.weir.engine.access.Caller;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.Problem;
import dev.weir.engine.http.Route;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thing that operators may ask or change: the pages that may ask it, its answer or failure, and a note of what
 * was changed.
 *
 * @param forPages whether a browser asks it, so that the name of the server matters
 */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is answered
record Operation(Route route, boolean forPages, OwnPages ownPages, Journal journal, Task task) implements Endpoint {

    private static final Logger log = LoggerFactory.getLogger(Operation.class);
    private static final int SECONDS = 110;

    @Override
    public Optional<Problem> bars(HttpHeaders headers) {
        try {
            if (forPages) {
                ownPages.requireKnownHost(headers);
            }
            if (route.changes()) {
                ownPages.requireOwnPage(headers);
            }
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(refusal.problem());
        }
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        boolean headOnly = request.method().equals(HttpMethod.HEAD);
        CompletableFuture<Answer> answer = answer(AdminRequest.of(request, caller));
        if (route.changes()) {
            answer.thenAccept(said -> journal.done(caller, route, said.status().code()));
        }
        answer.copy()
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .exceptionally(Operation::failed)
                .thenAcceptAsync(said -> said.give(exchange, headOnly), exchange.eventLoop());
    }

    private CompletableFuture<Answer> answer(AdminRequest request) {
        try {
            return task.carryOut(request).toCompletableFuture().exceptionally(Operation::failed);
        } catch (Refusal | RuntimeException failure) {
            return CompletableFuture.completedFuture(failed(failure));
        }
    }

    private static Answer failed(Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return switch (failure) {
            case Refusal refusal -> Answer.problem(refusal.problem());
            case IllegalArgumentException wrong ->
                Answer.problem(HttpResponseStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
            case TimeoutException late ->
                Answer.problem(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "no answer within " + SECONDS + " s; the ledger may be slow");
            case UncheckedIOException unread ->
                Answer.problem(HttpResponseStatus.SERVICE_UNAVAILABLE, "the ledger, or a calibration, cannot be read");
            default -> {
                log.error("an operator's request failed", failure);
                yield Answer.problem(
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        "the server failed on this request; its log says more");
            }
        };
    }
}
