package dev.weir.engine.access;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may ask. A browser says where a page comes from, and asks on behalf of any; other clients say nothing
 * and are not asked. Immutable.
 *
 * @param allowed as browsers write them, such as {@code https://chat.example.org}; may hold {@code *}
 */
record Origins(Set<String> allowed) {

    private static final String ANY = "*";
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    Origins {
        allowed = Set.copyOf(allowed);
    }

    static Origins from(List<String> names, List<String> problems) {
        Set<String> allowed = new LinkedHashSet<>();
        for (String name : names) {
            if (!name.equals(ANY) && !name.matches("https?://[^/\\s]+")) {
                problems.add("weir.access.origins: " + name + " (expected: such as https://chat.example.org, or *)");
            }
            allowed.add(name.toLowerCase(Locale.ROOT));
        }
        return new Origins(allowed);
    }

    /**
     * @param origin what the browser says; null for a client that is none
     * @param host the request was sent to, with its port, as the client says; null when it did not
     * @param authenticated whether it takes a credential to ask: if not, a page under any name that was made to lead to
     *     this machine would be one of this server
     */
    boolean allows(@Nullable String origin, @Nullable String host, boolean authenticated) {
        if (origin == null || allowed.contains(ANY) || allowed.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        try {
            URI page = URI.create(origin);
            boolean same = host != null && host.equalsIgnoreCase(page.getRawAuthority());
            return same && (authenticated || (page.getHost() != null && THIS_MACHINE.contains(page.getHost())));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
