package dev.weir.engine.decision;

/**
 * A place in a stream's text, counted twice: in code points, which decisions use, and in the unit its client asked for,
 * which the wire uses. Both fit one {@code long}, code points above, so that positions of one stream compare as numbers
 * and the smaller of two is {@link Math#min}.
 */
public final class Position {

    public static final long START = 0L;

    private Position() {}

    public static long of(int codePoints, int units) {
        return ((long) codePoints << 32) | (units & 0xFFFF_FFFFL);
    }

    public static int codePoints(long position) {
        return (int) (position >>> 32);
    }

    public static int units(long position) {
        return (int) position;
    }
}
