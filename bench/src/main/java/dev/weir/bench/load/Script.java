package dev.weir.bench.load;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A text ready to be played: its pieces as they stand in a frame, and which piece settles which.
 *
 * <p>A word is settled when something follows that is not part of it, so a piece that ends in a letter waits for a later
 * one, however fast the server is. That wait is the generator's: the server's latency counts from the piece that
 * settled.
 */
final class Script {

    private static final byte[] NONE = {};

    private final byte[][] tails;
    private final int[] ends;
    private final int[] settledBy;
    private final int spanPiece;

    private Script(byte[][] tails, int[] ends, int[] settledBy, int spanPiece) {
        this.tails = tails;
        this.ends = ends;
        this.settledBy = settledBy;
        this.spanPiece = spanPiece;
    }

    static Script of(Sample sample) {
        List<String> pieces = Pieces.of(sample.text());
        byte[][] tails = new byte[pieces.size()][];
        int[] ends = new int[pieces.size()];
        int[] settledBy = new int[pieces.size()];
        int length = 0;
        int span = -1;
        for (int i = 0; i < tails.length; i++) {
            String piece = pieces.get(i);
            tails[i] = ("\",\"text\":\""
                            + new String(JsonStringEncoder.getInstance().quoteAsString(piece)) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            length += piece.codePointCount(0, piece.length());
            ends[i] = length;
            if (span < 0 && sample.spanStart() >= 0 && sample.spanStart() < length) {
                span = i;
            }
        }
        int settles = tails.length - 1;
        for (int i = tails.length - 1; i >= 0; i--) {
            settles = isSettledByItself(pieces.get(i)) ? i : settles;
            settledBy[i] = settles;
            settles = startsAfresh(pieces.get(i)) ? i : settles;
        }
        return new Script(tails, ends, settledBy, span);
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

    /** The end of a delta's frame, behind the name of the stream. */
    byte[] tail(int piece) {
        return piece < tails.length ? tails[piece] : NONE;
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
