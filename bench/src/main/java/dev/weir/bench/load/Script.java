package dev.weir.bench.load;

import java.util.List;

/**
 * A text ready to be played: its pieces, and which piece settles which.
 *
 * <p>A word is settled when something follows that is not part of it, so a piece that ends in a letter waits for a later
 * one, however fast the server is. That wait is the generator's: the server's latency counts from the piece that
 * settled.
 */
final class Script {

    private final List<String> pieces;
    private final int[] ends;
    private final int[] settledBy;
    private final int spanPiece;

    private Script(List<String> pieces, int[] ends, int[] settledBy, int spanPiece) {
        this.pieces = pieces;
        this.ends = ends;
        this.settledBy = settledBy;
        this.spanPiece = spanPiece;
    }

    static Script of(Sample sample) {
        List<String> pieces = Pieces.of(sample.text());
        int[] ends = new int[pieces.size()];
        int[] settledBy = new int[pieces.size()];
        int length = 0;
        int span = -1;
        for (int i = 0; i < ends.length; i++) {
            String piece = pieces.get(i);
            length += piece.codePointCount(0, piece.length());
            ends[i] = length;
            if (span < 0 && sample.spanStart() >= 0 && sample.spanStart() < length) {
                span = i;
            }
        }
        int settles = ends.length - 1;
        for (int i = ends.length - 1; i >= 0; i--) {
            settles = isSettledByItself(pieces.get(i)) ? i : settles;
            settledBy[i] = settles;
            settles = startsAfresh(pieces.get(i)) ? i : settles;
        }
        return new Script(pieces, ends, settledBy, span);
    }

    private static boolean isSettledByItself(String piece) {
        return !Character.isLetterOrDigit(piece.codePointBefore(piece.length()));
    }

    private static boolean startsAfresh(String piece) {
        return piece.codePoints().anyMatch(c -> !Character.isLetterOrDigit(c));
    }

    int pieces() {
        return ends.length;
    }

    /** Code points of the whole text. */
    int length() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    String piece(int number) {
        return pieces.get(number);
    }

    /** In code points from the start of the text. */
    int end(int piece) {
        return ends[piece];
    }

    int lengthOf(int piece) {
        return piece == 0 ? ends[0] : ends[piece] - ends[piece - 1];
    }

    /** The piece after which no later one can change how this one is read; itself, or a later one. */
    int settledBy(int piece) {
        return settledBy[piece];
    }

    /** The piece in which the annotated harm begins; -1 without one. */
    int spanPiece() {
        return spanPiece;
    }

    /** The piece that holds the code point before {@code offset}; the last where the text ends before it. */
    int pieceBefore(int offset) {
        int piece = 0;
        while (piece < ends.length - 1 && ends[piece] < offset) {
            piece++;
        }
        return piece;
    }
}
