package dev.weir.engine.stream;

import java.util.Arrays;

/** Settled tokens that are still needed, by their number in the text. Forgets from the front, so it stays small. */
final class TokenBuffer {

    private int[] ids = new int[32];
    private long[] starts = new long[32];
    private long[] ends = new long[32];
    private long[] wordHashes = new long[32];
    private int first;
    private int count;

    void add(int id, long start, long end, long wordHash) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            wordHashes = Arrays.copyOf(wordHashes, count * 2);
        }
        ids[count] = id;
        starts[count] = start;
        ends[count] = end;
        wordHashes[count] = wordHash;
        count++;
    }

    /** How many tokens have been added since the text began. */
    int size() {
        return first + count;
    }

    int id(int token) {
        return ids[token - first];
    }

    long start(int token) {
        return starts[token - first];
    }

    long end(int token) {
        return ends[token - first];
    }

    /** Of the word that ends with this token; {@link dev.weir.models.WordHash#NONE} where it goes on. */
    long wordHash(int token) {
        return wordHashes[token - first];
    }

    /** Tokens below this number will not be asked for again. Moves memory only when half of it is free. */
    void forgetBefore(int token) {
        int gone = token - first;
        if (gone == count) {
            first = token;
            count = 0;
        } else if (gone > count / 2) {
            System.arraycopy(ids, gone, ids, 0, count - gone);
            System.arraycopy(starts, gone, starts, 0, count - gone);
            System.arraycopy(ends, gone, ends, 0, count - gone);
            System.arraycopy(wordHashes, gone, wordHashes, 0, count - gone);
            first = token;
            count -= gone;
        }
    }
}
