package dev.weir.engine.admin;

import dev.weir.engine.access.Scope;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One thing that the admin port does.
 *
 * @param path taken as it is: no part of it is a name or a file
 * @param scope that its caller needs; none for what anybody may ask
 * @param forPages whether a browser asks it, so that the name of the server matters ({@link OwnPages})
 */
record Route(HttpMethod method, String path, Optional<Scope> scope, boolean forPages, Endpoint endpoint) {

    static Route open(String path, Endpoint endpoint) {
        return new Route(HttpMethod.GET, path, Optional.empty(), false, endpoint);
    }

    /** Asked by programs, under whatever name they know the server by. */
    static Route get(String path, Scope scope, Endpoint endpoint) {
        return new Route(HttpMethod.GET, path, Optional.of(scope), false, endpoint);
    }

    static Route post(String path, Scope scope, Endpoint endpoint) {
        return new Route(HttpMethod.POST, path, Optional.of(scope), false, endpoint);
    }

    Route ofPages() {
        return new Route(method, path, scope, true, endpoint);
    }

    /** For what is known without waiting. */
    static Endpoint at(Supplier<Answer> answer) {
        return request -> CompletableFuture.completedFuture(answer.get());
    }

    /** GET serves HEAD too. */
    boolean takes(HttpMethod asked) {
        return asked.equals(method) || (asked.equals(HttpMethod.HEAD) && method.equals(HttpMethod.GET));
    }

    boolean changes() {
        return !method.equals(HttpMethod.GET);
    }
}
