package dev.weir.bench.peers;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server and what it does.
 *
 * @param strategy empty for Weir as shipped, which has its own
 * @param inFloats whether it runs the encoder in the 32-bit floats in which it was published, not in ours of eight bits
 * @param streams of its own; empty for as many as the others
 */
record Contestant(Kind kind, Optional<Strategy> strategy, boolean inFloats, OptionalInt streams) {
    private static final Pattern NAME = Pattern.compile("(node|djl|weir)(:[a-z-]+)?(\\+floats)?(@[1-9][0-9]{0,5})?");

    enum Kind {
        NODE,
        DJL,
        WEIR
    }

    /**
     * Reads {@code node}, {@code djl} or {@code weir}, a colon and a strategy, {@code +floats} for a peer, an @ and a number of streams. Without a
     * strategy a peer scores windows and Weir does what it does.
     *
     * @throws IllegalArgumentException with what was expected
     */
    static Contestant parse(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw unknown(name);
        }
        Kind kind = Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT));
        Optional<Strategy> strategy = kind == Kind.WEIR ? Optional.empty() : Optional.of(Strategy.WINDOW);
        if (parts.group(2) != null) {
            strategy = Optional.of(Strategy.named(parts.group(2).substring(1)).orElseThrow(() -> unknown(name)));
        }
        boolean inFloats = parts.group(3) != null;
        if (inFloats && kind == Kind.WEIR) {
            throw unknown(name);
        }
        OptionalInt streams = parts.group(4) == null
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(parts.group(4).substring(1)));
        return new Contestant(kind, strategy, inFloats, streams);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("contestant " + name
                + " (expected: node, djl or weir, then maybe : and window, nemo, so-far or every-token, for a peer maybe"
                + " +floats, then maybe @ and a number of streams)");
    }

    /** As {@link #parse} reads it, a strategy always said. */
    String name() {
        String server = kind.name().toLowerCase(Locale.ROOT);
        String does = strategy.map(known -> ":" + known.label()).orElse("");
        return server + does + (inFloats ? "+floats" : "") + (streams.isPresent() ? "@" + streams.getAsInt() : "");
    }

    boolean isPeer() {
        return kind != Kind.WEIR;
    }

    /** How many streams it is given where the others get {@code all}. */
    int streamsOf(int all) {
        return streams.orElseGet(
                () -> strategy.map(known -> known.streamsOf(all)).orElse(all));
    }
}
