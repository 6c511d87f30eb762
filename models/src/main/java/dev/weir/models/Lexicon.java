package dev.weir.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

public final class Lexicon {
    interface Problems {
        void add(String key, String value, String expected);
    }

    static Lexicon load(Path rules, List<Category> categories, Problems problems) throws IOException {
        return new Lexicon();
    }

    public Cursor newCursor() {
        return new Cursor();
    }

    /** Longest match of any rule with a replacement, in raw code points: what a hold can come to. */
    public int maxMatchLength() {
        return 0;
    }

    /** Reads one text. Not thread-safe. */
    public static final class Cursor {
        private int length;

        /** Takes one code point and reports the matches it made final. */
        public void append(int codePoint, MatchSink sink) {
            length++;
        }

        /** The text is complete: reports what the end made final. */
        public void end(MatchSink sink) {}

        /** The matches {@link #end} would report if the text ended here; changes nothing. */
        public void peekTail(MatchSink sink) {}

        /**
         * The first raw offset that a later character could still make part of a match of a rule with a replacement;
         * {@link #length()} if there is none. Never goes back.
         */
        public int holdFrom() {
            return length;
        }

        public int length() {
            return length;
        }
    }
}
