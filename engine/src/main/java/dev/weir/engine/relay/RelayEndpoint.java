package dev.weir.engine.relay;

import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.Route;
import io.netty.handler.codec.http.FullHttpRequest;
import org.jspecify.annotations.Nullable;

/** Relays requests of one kind, or says that there is nowhere to relay them to. Thread-safe. */
final class RelayEndpoint implements Endpoint {

    /** Reads requests of the kind. */
    interface Kind {
        RelayRequest read(FullHttpRequest request, RelaySettings settings) throws BadRequestException;
    }

    private final Route route;
    private final Kind kind;
    private final RelaySettings settings;
    private final Relayed.@Nullable Setup upstream;
    private final Relayed.@Nullable Setup canaries;
    private final ReplyIds ids = new ReplyIds();

    /**
     * @param upstream null where none is configured
     * @param canaries in place of it for those who send canaries; null where it is
     */
    RelayEndpoint(
            String path,
            Kind kind,
            RelaySettings settings,
            Relayed.@Nullable Setup upstream,
            Relayed.@Nullable Setup canaries) {
        this.route = Route.post(path, Scope.STREAM, settings.maxRequestBytes());
        this.kind = kind;
        this.settings = settings;
        this.upstream = upstream;
        this.canaries = canaries;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        Relayed.Setup setup = caller.isCanary() ? canaries : upstream;
        if (setup == null) {
            exchange.answer(RelayError.NO_UPSTREAM.response());
            return;
        }
        try {
            RelayRequest relayed = kind.read(request, settings);
            new Relayed(setup, relayed, request.headers(), caller, exchange, ids.next()).begin();
        } catch (BadRequestException e) {
            exchange.answer(e.error().response());
            setup.telemetry().relayed(e.error().code());
        }
    }
}
