package dev.weir.models;

/** Reads a text in the phrase view of {@link FoldedView}. */
interface PhraseReader {

    /** The next character of the text as it was written, which may be several of the view, or none. */
    default void append(int codePoint, int offset, MatchSink sink) {
        int only = FoldedView.phraseCharacter(codePoint);
        if (only >= 0) {
            take((char) only, offset, sink);
        } else if (only == FoldedView.SEVERAL) {
            String phrase = FoldedView.phrase(codePoint);
            for (int i = 0; i < phrase.length(); i++) {
                take(phrase.charAt(i), offset, sink);
            }
        }
    }

    /** The next character of the view. */
    void take(char c, int offset, MatchSink sink);
}
