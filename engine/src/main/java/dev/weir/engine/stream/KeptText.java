package dev.weir.engine.stream;

import dev.weir.protocol.Utf8Text;

/** The beginning of a text, for the ledger where its policy says so; what is longer is moderated and not kept. */
final class KeptText {

    private static final int MAX_CHARS = 65_536;

    private final StringBuilder text = new StringBuilder();
    private final Utf8Characters characters = new Utf8Characters((codePoint, bytes) -> append(codePoint));

    void append(String delta) {
        text.append(delta, 0, Math.min(delta.length(), MAX_CHARS - text.length()));
    }

    void append(Utf8Text delta) {
        characters.append(delta);
    }

    /** The text, of which nothing is to come. */
    String whole() {
        characters.end();
        return text.toString();
    }

    private void append(int codePoint) {
        if (text.length() + Character.charCount(codePoint) <= MAX_CHARS) {
            text.appendCodePoint(codePoint);
        }
    }
}
