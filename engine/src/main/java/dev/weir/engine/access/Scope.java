package dev.weir.engine.access;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a credential is good for. */
public enum Scope {
    /** Open streams, relay, and ask for moderations. */
    STREAM,
    /** Say what was right and what was wrong. */
    REVIEW,
    /** See and change how the server decides, for all tenants. */
    ADMIN;

    /** As settings and tokens name it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for what is none. */
    static Optional<Scope> named(String wireName) {
        for (Scope scope : values()) {
            if (scope.wireName().equals(wireName)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }

    static Set<Scope> from(List<String> names, String path, List<String> problems) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : names) {
            named(name)
                    .ifPresentOrElse(
                            scopes::add,
                            () -> problems.add(path + ": " + name + " (expected: stream, review or admin)"));
        }
        return scopes;
    }
}
