package dev.weir.models;

/**
 * What a word is known by where its spelling is not kept: FNV-1a over the UTF-8 bytes of the normalised word, 64 bits
 * wide (Fowler, Noll, Vo, RFC 9923). Never {@link #NONE}: a word that would be is 1.
 */
public final class WordHash {
    /** No word ends here. */
    public static final long NONE = 0;

    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private WordHash() {}

    /** Of the first {@code length} code points, none of them a surrogate. */
    static long of(int[] codePoints, int length) {
        long hash = OFFSET_BASIS;
        for (int i = 0; i < length; i++) {
            int c = codePoints[i];
            if (c < 0x80) {
                hash = next(hash, c);
            } else if (c < 0x800) {
                hash = next(hash, 0xC0 | c >> 6);
                hash = trail(hash, c);
            } else if (c < 0x10000) {
                hash = next(hash, 0xE0 | c >> 12);
                hash = trail(hash, c >> 6);
                hash = trail(hash, c);
            } else {
                hash = next(hash, 0xF0 | c >> 18);
                hash = trail(hash, c >> 12);
                hash = trail(hash, c >> 6);
                hash = trail(hash, c);
            }
        }
        return hash == NONE ? 1 : hash;
    }

    /** One byte of UTF-8 that continues a character: the low six bits. */
    private static long trail(long hash, int bits) {
        return next(hash, 0x80 | (bits & 0x3F));
    }

    private static long next(long hash, int octet) {
        return (hash ^ octet) * PRIME;
    }
}
