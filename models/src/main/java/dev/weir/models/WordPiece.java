package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * BERT's uncased WordPiece, one code point at a time.
 *
 * <p>Equal to Hugging Face's normaliser, pre-tokenizer and model over the whole text, with two differences that a text
 * not to be trusted asks for. A word of more than {@value #LONGEST_WORD} normalised code points is cut into pieces of
 * that length counted from its start, each read as a word, where the reference makes one unknown token of it all: a
 * way past moderation, and one that needs the end of the word. And special tokens spelled out in the text stay text.
 *
 * <p>The last token of a word carries the {@link WordHash} of the whole normalised word, known to the vocabulary or not;
 * each part of a word that was cut is a word here too.
 *
 * <p>A word is settled when something that is not part of it arrives. So the unsettled tail is at most one word of
 * {@value #LONGEST_WORD} code points; removed characters inside it (zero-width, controls, accents) cost it nothing and
 * belong to the token before them.
 *
 * <p>The vocabulary is a trie in one hash table, (node, code point) to node, with a second root for the pieces that
 * continue a word: the longest piece from a point is one walk, with no strings made.
 */
public final class WordPiece {
    /** The reference's {@code max_input_chars_per_word}. */
    static final int LONGEST_WORD = 100;

    private static final String UNKNOWN = "[UNK]";
    private static final int START = 0;
    private static final int CONTINUE = 1;
    private static final int NONE = -1;

    private final int vocabularySize;
    private final int unknown;
    private final int vocabularyHash;
    private long[] keys = new long[1 << 17];
    private int[] next = new int[1 << 17];
    private int[] pieces = new int[1 << 16];
    private int nodes = 2;

    private WordPiece(List<String> vocabulary) {
        vocabularySize = vocabulary.size();
        vocabularyHash = vocabulary.hashCode();
        unknown = vocabulary.indexOf(UNKNOWN);
        Arrays.fill(keys, NONE);
        Arrays.fill(pieces, NONE);
        for (int id = 0; id < vocabularySize; id++) {
            String piece = vocabulary.get(id);
            boolean continues = piece.length() > 2 && piece.startsWith("##");
            add(continues ? piece.substring(2) : piece, continues ? CONTINUE : START, id);
        }
    }

    /**
     * Reads a vocabulary: UTF-8, one piece a line, its id the line number from 0.
     *
     * @throws IOException if the file cannot be read or has no {@code [UNK]}
     */
    public static WordPiece load(Path vocabulary) throws IOException {
        List<String> lines = Arrays.asList(Files.readString(vocabulary).split("\n", -1));
        if (lines.getLast().isEmpty()) {
            lines = lines.subList(0, lines.size() - 1);
        }
        if (!lines.contains(UNKNOWN)) {
            throw new IOException("no " + UNKNOWN + " in it");
        }
        return new WordPiece(lines);
    }

    public Cursor newCursor() {
        return new Cursor(this);
    }

    /** Whether both cut every text into the same ids. */
    public boolean hasVocabularyOf(WordPiece other) {
        return vocabularySize == other.vocabularySize && vocabularyHash == other.vocabularyHash;
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    private void add(String piece, int root, int id) {
        int node = root;
        for (int c : piece.codePoints().toArray()) {
            int child = child(node, c);
            if (child == NONE) {
                child = nodes++;
                put(node, c, child);
            }
            node = child;
        }
        if (node >= pieces.length) {
            int before = pieces.length;
            pieces = Arrays.copyOf(pieces, Math.max(node + 1, 2 * before));
            Arrays.fill(pieces, before, pieces.length, NONE);
        }
        pieces[node] = id;
    }

    private void put(int node, int c, int child) {
        if (nodes * 2 > keys.length) {
            long[] oldKeys = keys;
            int[] oldNext = next;
            keys = new long[2 * oldKeys.length];
            next = new int[keys.length];
            Arrays.fill(keys, NONE);
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != NONE) {
                    int at = slot(oldKeys[i]);
                    keys[at] = oldKeys[i];
                    next[at] = oldNext[i];
                }
            }
        }
        long key = (long) node << 21 | c;
        int at = slot(key);
        keys[at] = key;
        next[at] = child;
    }

    private int child(int node, int c) {
        long key = (long) node << 21 | c;
        int at = slot(key);
        return keys[at] == key ? next[at] : NONE;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (keys[at] != NONE && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** The longest piece at {@code from}: its {@link #length} and its {@link #id}; 0 if there is none. */
    private long longestPiece(int[] word, int from, int to) {
        int node = from == 0 ? START : CONTINUE;
        long longest = 0;
        for (int i = from; i < to; i++) {
            node = child(node, word[i]);
            if (node == NONE) {
                break;
            }
            if (node < pieces.length && pieces[node] != NONE) {
                longest = (long) (i + 1 - from) << Integer.SIZE | pieces[node];
            }
        }
        return longest;
    }

    private static int length(long piece) {
        return (int) (piece >>> Integer.SIZE);
    }

    private static int id(long piece) {
        return (int) piece;
    }

    /** Emits the tokens of one word; a word that cannot be pieced together is one unknown token. */
    private void tokenise(int[] word, int[] offsets, int length, int end, TokenSink sink) {
        long wordHash = WordHash.of(word, length);
        long first = longestPiece(word, 0, length);
        if (length(first) == length) {
            sink.token(id(first), offsets[0], end, wordHash);
            return;
        }
        for (int from = 0; from < length; ) {
            int longest = length(from == 0 ? first : longestPiece(word, from, length));
            if (longest == 0) {
                sink.token(unknown, offsets[0], end, wordHash);
                return;
            }
            from += longest;
        }
        for (int from = 0; from < length; ) {
            long piece = from == 0 ? first : longestPiece(word, from, length);
            int to = from + length(piece);
            // Two pieces of one raw character ("㎯" gives several) share it; a token is never empty.
            int tokenEnd = to == length ? end : Math.max(offsets[to], offsets[to - 1] + 1);
            sink.token(id(piece), offsets[from], tokenEnd, to == length ? wordHash : WordHash.NONE);
            from = to;
        }
    }

    /** Reads one text. Not thread-safe. */
    public static final class Cursor {
        private final WordPiece vocabulary;
        private final int[] word = new int[LONGEST_WORD];
        private final int[] offsets = new int[LONGEST_WORD];
        private final byte[] classes = new byte[LONGEST_WORD];
        private final int[] alone = new int[1];
        private int wordLength;
        /** Characters before this index are not sorted: a starter stood here. */
        private int sortedFrom;

        private int length;

        private Cursor(WordPiece vocabulary) {
            this.vocabulary = vocabulary;
        }

        /** Takes one code point (an unpaired surrogate is one) and emits the tokens it settled. */
        public void append(int codePoint, TokenSink sink) {
            int packed = BertNormal.of(codePoint);
            if (BertNormal.kind(packed) == BertNormal.PARTS) {
                for (int part : BertNormal.parts(codePoint)) {
                    take(part, sink);
                }
            } else {
                take(packed, sink);
            }
            length++;
        }

        private void take(int packed, TokenSink sink) {
            switch (BertNormal.kind(packed)) {
                case BertNormal.LETTER -> letter(packed, sink);
                case BertNormal.SPACE -> settle(sink);
                case BertNormal.ALONE -> {
                    settle(sink);
                    word[0] = BertNormal.codePoint(packed);
                    alone[0] = length;
                    vocabulary.tokenise(word, alone, 1, length + 1, sink);
                }
                case BertNormal.VANISHED_STARTER -> sortedFrom = wordLength;
                default -> {}
            }
        }

        private void letter(int packed, TokenSink sink) {
            if (wordLength == LONGEST_WORD) {
                settle(sink);
            }
            int c = BertNormal.codePoint(packed);
            int combiningClass = BertNormal.combiningClass(packed);
            int at = wordLength++;
            if (combiningClass == 0) {
                sortedFrom = wordLength;
            } else {
                // Canonical order; offsets stay in text order, for a span of sorted characters has no better one.
                while (at > sortedFrom && (classes[at - 1] & 0xFF) > combiningClass) {
                    word[at] = word[at - 1];
                    classes[at] = classes[at - 1];
                    at--;
                }
            }
            word[at] = c;
            classes[at] = (byte) combiningClass;
            offsets[wordLength - 1] = length;
        }

        private void settle(TokenSink sink) {
            if (wordLength > 0) {
                // A cut can fall among the results of one raw character; it belongs to both sides then.
                int end = Math.max(length, offsets[wordLength - 1] + 1);
                vocabulary.tokenise(word, offsets, wordLength, end, sink);
                wordLength = 0;
            }
            sortedFrom = 0;
        }

        /** Settles the tail: the text is complete. */
        public void end(TokenSink sink) {
            settle(sink);
        }

        /** The tokens the tail would give if the text ended here; changes nothing. */
        public void peekTail(TokenSink sink) {
            if (wordLength > 0) {
                vocabulary.tokenise(word, offsets, wordLength, length, sink);
            }
        }

        /** Where the unsettled tail begins; {@link #length()} if there is none. */
        public int settledOffset() {
            return wordLength > 0 ? offsets[0] : length;
        }

        /** Code points taken so far. */
        public int length() {
            return length;
        }
    }
}
