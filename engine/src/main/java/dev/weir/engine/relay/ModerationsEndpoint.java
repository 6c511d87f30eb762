package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.Route;
import dev.weir.engine.stream.StreamSupervisor;
import io.netty.handler.codec.http.FullHttpRequest;
import java.time.Duration;
import java.util.List;

/** {@code POST /v1/moderations}: texts in, what was found in each of them out. Thread-safe. */
final class ModerationsEndpoint implements Endpoint {

    private final Route route;
    private final RelaySettings settings;
    private final ActorRef<StreamSupervisor.Command> streams;
    private final Duration idleTimeout;
    private final ReplyIds ids = new ReplyIds();

    /** @param idleTimeout of a stream */
    ModerationsEndpoint(RelaySettings settings, ActorRef<StreamSupervisor.Command> streams, Duration idleTimeout) {
        this.route = Route.post("/v1/moderations", Scope.STREAM, settings.maxRequestBytes());
        this.settings = settings;
        this.streams = streams;
        this.idleTimeout = idleTimeout;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        try {
            ModerationInput input = ModerationInput.of(request, settings);
            String id = ids.next();
            Moderation moderation = new Moderation(exchange, id, input);
            moderation.begin(new ReplyTexts(
                    streams,
                    settings,
                    caller,
                    exchange,
                    moderation,
                    new ReplyTexts.Common(id, List.of(), false, RelayRequest.parent(request.headers())),
                    idleTimeout));
        } catch (BadRequestException e) {
            exchange.answer(e.error().response());
        }
    }
}
