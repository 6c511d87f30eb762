package dev.weir.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into pieces like the tokens of a language model: a word with the space in front of it, punctuation and
 * digits by themselves, long words in parts. Put together they are the text. On English prose a piece has 4 to 5 code
 * points in the mean.
 */
final class Pieces {

    /** Code points of a word, with its space, that are still one piece. */
    private static final int LONGEST = 7;

    private static final Pattern PIECE = Pattern.compile(
            "\\s?[\\p{L}\\p{M}]+|\\s?\\p{N}{1,3}|\\s?[^\\s\\p{L}\\p{M}\\p{N}]{1,4}|\\s+?(?=\\s\\S|\\s*$)|\\s");

    private Pieces() {}

    static List<String> of(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher piece = PIECE.matcher(text);
        while (piece.find()) {
            addParts(piece.group(), pieces);
        }
        return pieces;
    }

    private static void addParts(String word, List<String> pieces) {
        int length = word.codePointCount(0, word.length());
        int parts = (length + LONGEST - 1) / LONGEST;
        int from = 0;
        for (int part = 1; part <= parts; part++) {
            int to = word.offsetByCodePoints(0, part * length / parts);
            pieces.add(word.substring(from, to));
            from = to;
        }
    }
}
