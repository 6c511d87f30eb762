package dev.weir.bench.peers;

import dev.weir.models.WordPiece;
import java.util.ArrayList;
import java.util.List;

/**
 * A text cut after each of its tokens, as a generator sends it: the space before a word comes with it, and a long word
 * comes in several. So a peer that counts frames and a server that counts tokens count the same.
 */
final class TokenPieces {

    private TokenPieces() {}

    static List<String> of(String text, WordPiece tokenizer) {
        List<String> pieces = new ArrayList<>();
        int[] cut = {0, 0}; // of the last piece: code points, UTF-16 units
        WordPiece.Cursor cursor = tokenizer.newCursor();
        text.codePoints().forEach(c -> cursor.append(c, (id, start, end, hash) -> cutAt(end, text, cut, pieces)));
        cursor.end((id, start, end, hash) -> cutAt(end, text, cut, pieces));
        if (cut[1] < text.length() && !pieces.isEmpty()) {
            pieces.set(pieces.size() - 1, pieces.getLast() + text.substring(cut[1]));
        }
        return pieces;
    }

    private static void cutAt(int codePoint, String text, int[] cut, List<String> pieces) {
        if (codePoint > cut[0]) {
            int until = text.offsetByCodePoints(cut[1], codePoint - cut[0]);
            pieces.add(text.substring(cut[1], until));
            cut[0] = codePoint;
            cut[1] = until;
        }
    }
}
