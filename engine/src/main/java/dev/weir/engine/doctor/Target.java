package dev.weir.engine.doctor;

import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server to examine.
 *
 * @param base its address, {@code http} or {@code https} with a host, and no path
 * @param key a credential with the scopes stream and admin; null for a server that asks for none
 * @param tls whose certificates are believed; null for the platform's
 */
public record Target(
        URI base, @Nullable String key, @Nullable SSLContext tls) {

    /** @param address {@code ws}, {@code wss}, {@code http} or {@code https} with a host; a path is left out */
    public static Optional<URI> base(String address) {
        try {
            URI uri = URI.create(address);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            String web = switch (scheme) {
                case "ws", "http" -> "http";
                case "wss", "https" -> "https";
                default -> "";
            };
            return web.isEmpty() || uri.getHost() == null
                    ? Optional.empty()
                    : Optional.of(URI.create(web + "://" + uri.getAuthority()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    URI http(String path) {
        return base.resolve(path);
    }

    URI socket(String path) {
        return URI.create("ws" + http(path).toString().substring("http".length()));
    }
}
