package dev.weir.bench.peers;

import java.util.Optional;

/**
 * A server and what it does.
 *
 * @param strategy empty for Weir as shipped, which has its own
 */
record Contestant(Kind kind, Optional<Strategy> strategy) {

    enum Kind {
        NODE,
        DJL,
        WEIR
    }

    static final Contestant SHIPPED = new Contestant(Kind.WEIR, Optional.empty());

    /**
     * Reads {@code node}, {@code djl} or {@code weir}, then a colon and a strategy; without one a peer scores windows and
     * Weir does what it does.
     *
     * @throws IllegalArgumentException with what was expected
     */
    static Contestant parse(String name) {
        String[] parts = name.split(":", 2);
        Kind kind = switch (parts[0]) {
            case "node" -> Kind.NODE;
            case "djl" -> Kind.DJL;
            case "weir" -> Kind.WEIR;
            default -> throw unknown(name);
        };
        if (parts.length == 2) {
            return new Contestant(kind, Optional.of(Strategy.named(parts[1]).orElseThrow(() -> unknown(name))));
        }
        return kind == Kind.WEIR ? SHIPPED : new Contestant(kind, Optional.of(Strategy.WINDOW));
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("contestant " + name
                + " (expected: node, djl or weir, and after a colon window, nemo, so-far or every-token)");
    }

    /** As {@link #parse} reads it, the strategy always said. */
    String name() {
        String server = kind.name().toLowerCase(java.util.Locale.ROOT);
        return strategy.map(known -> server + ":" + known.label()).orElse(server);
    }

    boolean isPeer() {
        return kind != Kind.WEIR;
    }

    /** How many of {@code streams} it is given. */
    int streamsOf(int streams) {
        return strategy.map(known -> known.streamsOf(streams)).orElse(streams);
    }
}
