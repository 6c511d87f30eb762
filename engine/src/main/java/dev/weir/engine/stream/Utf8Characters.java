package dev.weir.engine.stream;

import dev.weir.protocol.Utf8Text;

/**
 * Puts the characters of a UTF-8 text together byte by byte, so that how its bytes were cut cannot show. What is not
 * UTF-8 is read as U+FFFD, one for each maximal subpart (Unicode, section 3.9, table 3-7): the longest beginning of a
 * well-formed character, or else a single byte.
 */
final class Utf8Characters {

    static final int REPLACEMENT = 0xFFFD;

    /** Takes the characters in the order of the text. */
    @FunctionalInterface
    interface Sink {

        /** @param bytes that the character took, also where it replaces malformed ones */
        void take(int codePoint, int bytes);
    }

    private final Sink sink;
    /** Of the incomplete character: its bits so far, its bytes so far and to come, and what the next may be. */
    private int bits;

    private int length;
    private int missing;
    private int least;
    private int most;

    Utf8Characters(Sink sink) {
        this.sink = sink;
    }

    void append(Utf8Text text) {
        for (int i = 0; i < text.length(); i++) {
            append(text.byteAt(i) & 0xFF);
        }
    }

    /** Nothing follows: an incomplete character is one no longer. */
    void end() {
        if (length > 0) {
            int replaced = length;
            length = 0;
            sink.take(REPLACEMENT, replaced);
        }
    }

    /** Bytes of the incomplete character at the end; 0 without one. */
    int incompleteBytes() {
        return length;
    }

    private void append(int octet) {
        if (length > 0 && octet >= least && octet <= most) {
            bits = bits << 6 | (octet & 0x3F);
            length++;
            missing--;
            least = 0x80;
            most = 0xBF;
            if (missing == 0) {
                int taken = length;
                length = 0;
                sink.take(bits, taken);
            }
            return;
        }
        end();
        begin(octet);
    }

    private void begin(int octet) {
        if (octet < 0x80) {
            sink.take(octet, 1);
        } else if (octet < 0xC2 || octet > 0xF4) {
            sink.take(REPLACEMENT, 1);
        } else if (octet < 0xE0) {
            await(1, octet & 0x1F, 0x80, 0xBF);
        } else if (octet < 0xF0) {
            await(2, octet & 0x0F, octet == 0xE0 ? 0xA0 : 0x80, octet == 0xED ? 0x9F : 0xBF);
        } else {
            await(3, octet & 0x07, octet == 0xF0 ? 0x90 : 0x80, octet == 0xF4 ? 0x8F : 0xBF);
        }
    }

    private void await(int more, int firstBits, int nextLeast, int nextMost) {
        bits = firstBits;
        length = 1;
        missing = more;
        least = nextLeast;
        most = nextMost;
    }
}
