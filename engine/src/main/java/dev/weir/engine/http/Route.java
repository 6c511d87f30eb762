package dev.weir.engine.http;

import dev.weir.engine.access.Scope;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be like to be served by one {@link Endpoint}.
 *
 * @param path taken as it is, no part of it a name or a file; or, ending in {@link #ANY}, all those that differ in their
 *     last part and have no route of their own
 * @param scope that the caller's credential must be good for; empty for what anybody may ask, if the {@link Door} says so
 * @param maxBodyBytes the longest body taken; 0 for a request without one
 * @param contentType that the body must have; null where it has none
 */
public record Route(
        HttpMethod method,
        String path,
        Optional<Scope> scope,
        int maxBodyBytes,
        @Nullable String contentType) {

    public static final String ANY = "*";

    /** Serves HEAD too. */
    public static Route get(String path, Scope scope) {
        return new Route(HttpMethod.GET, path, Optional.of(scope), 0, null);
    }

    /** As {@link #get}, for anybody: the door of clients is closed to it. */
    public static Route open(String path) {
        return new Route(HttpMethod.GET, path, Optional.empty(), 0, null);
    }

    /** Of JSON, which is also what keeps out whatever a web page can send without the browser asking us first. */
    public static Route post(String path, Scope scope, int maxBodyBytes) {
        return new Route(HttpMethod.POST, path, Optional.of(scope), maxBodyBytes, "application/json");
    }

    /** Whether asking it may leave something other than it was. */
    public boolean changes() {
        return !method.equals(HttpMethod.GET);
    }
}
