package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

public final class WordPiece {
    private final List<String> vocabulary;

    private WordPiece(List<String> vocabulary) {
        this.vocabulary = vocabulary;
    }

    public static WordPiece load(Path vocabulary) throws IOException {
        return new WordPiece(Files.readAllLines(vocabulary));
    }

    public Cursor newCursor() {
        return new Cursor();
    }

    public int vocabularySize() {
        return vocabulary.size();
    }

    /** Reads one text. Not thread-safe. */
    public static final class Cursor {
        private int length;

        /** Takes one code point (an unpaired surrogate is one) and emits the tokens it settled. */
        public void append(int codePoint, TokenSink sink) {
            length++;
        }

        /** Settles the tail: the text is complete. */
        public void end(TokenSink sink) {}

        /** The tokens the tail would give if the text ended here; changes nothing. */
        public void peekTail(TokenSink sink) {}

        /** Where the unsettled tail begins; {@link #length()} if there is none. */
        public int settledOffset() {
            return length;
        }

        /** Code points taken so far. */
        public int length() {
            return length;
        }
    }
}
