package dev.weir.protocol;

/** Bounds that every message keeps, checked where it is made so that nothing out of range reaches the wire. */
final class Require {

    private Require() {}

    static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) { // also refuses NaN
            throw new IllegalArgumentException(name + ": " + value + " (expected: a number in [0, 1])");
        }
    }

    static void offset(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
    }

    static void span(String name, int from, int to) {
        offset(name + ".from", from);
        if (to < from) {
            throw new IllegalArgumentException(name + ".to: " + to + " (expected: >= from, " + from + ")");
        }
    }
}
