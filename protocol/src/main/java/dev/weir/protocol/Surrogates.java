package dev.weir.protocol;

/** Half a surrogate pair: legal in a Java string and in a JSON escape, impossible in UTF-8. */
final class Surrogates {

    private Surrogates() {}

    /** Whether a whole pair begins at {@code at}, which is not inside one. */
    static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }
}
