package dev.weir.engine.doctor;

import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Texts in pieces, about as a model's tokens come, or cut where no model would. */
final class Pieces {

    /** Neither 2 nor 4 is a multiple of it, so most cuts are inside a character. */
    private static final int CUT = 3;

    private Pieces() {}

    static List<ClientMessage> deltas(String stream, String text, Subprotocol subprotocol, Part part) {
        List<ClientMessage> deltas = new ArrayList<>();
        List<String> pieces = part == Part.CUT && subprotocol == Subprotocol.PROTO ? List.of(text) : of(text, part);
        for (String piece : pieces) {
            if (subprotocol == Subprotocol.JSON) {
                deltas.add(new ClientMessage.Delta(stream, piece));
                continue;
            }
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            int length = part == Part.CUT ? CUT : bytes.length;
            for (int from = 0; from < bytes.length; from += length) {
                deltas.add(new ClientMessage.Utf8Delta(
                        stream, Utf8Text.of(bytes, from, Math.min(bytes.length, from + length)), null));
            }
        }
        return deltas;
    }

    /** Put together again they are the text. Those that are cut may begin and end with half of a surrogate pair. */
    static List<String> of(String text, Part part) {
        if (part != Part.CUT) {
            return List.of(text.split("(?<= )"));
        }
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); from += CUT) {
            pieces.add(text.substring(from, Math.min(text.length(), from + CUT)));
        }
        return pieces;
    }
}
