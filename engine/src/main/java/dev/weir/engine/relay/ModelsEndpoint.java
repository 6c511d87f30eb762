package dev.weir.engine.relay;

import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.Route;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/models}, and one of them by its name: what the upstream says of its models, which clients ask for before
 * anything else. No model said it, so it goes on as it is. Thread-safe.
 */
final class ModelsEndpoint implements Endpoint {

    private static final String PATH = "/v1/models";

    /** As clients escape it; with nothing in it that could lead to another path. */
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9_~:@-]|%2[Ff]|\\.(?!\\.)){1,256}");

    private final Route route;
    private final Relayed.@Nullable Setup upstream;
    private final ReplyIds ids = new ReplyIds();

    private ModelsEndpoint(String path, Relayed.@Nullable Setup upstream) {
        this.route = Route.get(path, Scope.STREAM);
        this.upstream = upstream;
    }

    /** @param upstream null where none is configured */
    static ModelsEndpoint ofAll(Relayed.@Nullable Setup upstream) {
        return new ModelsEndpoint(PATH, upstream);
    }

    /** @param upstream null where none is configured */
    static ModelsEndpoint ofOne(Relayed.@Nullable Setup upstream) {
        return new ModelsEndpoint(PATH + "/" + Route.ANY, upstream);
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        Relayed.Setup setup = upstream;
        String below = below(request);
        if (setup == null) {
            exchange.answer(RelayError.NO_UPSTREAM.response());
        } else if (!below.isEmpty() && !NAME.matcher(below.substring(1)).matches()) {
            exchange.answer(RelayError.bad("model", "not the name of a model (expected: letters, digits and -._~:@/)")
                    .response());
        } else {
            ModelsAnswer answer = new ModelsAnswer(setup, exchange, ids.next());
            answer.ask(UpstreamRequest.models(below, request.headers(), setup.settings()));
        }
    }

    /** What follows the path of all models, without a query. */
    private static String below(FullHttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return (query < 0 ? uri : uri.substring(0, query)).substring(PATH.length());
    }
}
