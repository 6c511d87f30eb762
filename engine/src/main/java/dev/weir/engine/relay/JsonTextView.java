package dev.weir.engine.relay;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * JSON that comes in pieces, such as the arguments of a tool call, as a reader of its strings sees it: escapes are
 * replaced by what they stand for, so that a letter written by its number is a letter. An escape that is cut waits for
 * the rest of it. Offsets are in UTF-16 units.
 */
final class JsonTextView {

    /** From {@code seen} on, an offset in what is seen is {@code shift} less than in the JSON. */
    private record Shift(int seen, int shift) {}

    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final Deque<Shift> shifts = new ArrayDeque<>();
    private final StringBuilder pending = new StringBuilder(6);
    private int seenLength;
    private int shift;

    /** @return what this piece adds to what is seen */
    String append(String piece) {
        StringBuilder seen = new StringBuilder(piece.length());
        for (int i = 0; i < piece.length(); i++) {
            append(piece.charAt(i), seen);
        }
        seenLength += seen.length();
        return seen.toString();
    }

    /** @return what was waiting for more */
    String end() {
        String rest = pending.toString();
        pending.setLength(0);
        seenLength += rest.length();
        return rest;
    }

    /** Where in the JSON something begins that is seen at {@code seen}; asked in no descending order after a forget. */
    int position(int seen) {
        int found = 0;
        for (Shift each : shifts) {
            if (each.seen > seen) {
                break;
            }
            found = each.shift;
        }
        return seen + found;
    }

    /** Nothing before this is asked for any more. */
    void forgetBefore(int seen) {
        while (shifts.size() > 1) {
            Shift first = shifts.removeFirst();
            if (shifts.getFirst().seen > seen) {
                shifts.addFirst(first);
                return;
            }
        }
    }

    private void append(char c, StringBuilder seen) {
        if (pending.isEmpty()) {
            if (c == '\\') {
                pending.append(c);
            } else {
                seen.append(c);
            }
            return;
        }
        pending.append(c);
        if (pending.length() == 2) {
            int known = ESCAPES.indexOf(c);
            if (known >= 0) {
                replace(ESCAPED.charAt(known), seen);
            } else if (c != 'u') {
                giveUp(seen);
            }
        } else if (Character.digit(c, 16) < 0 || c > 'f') {
            giveUp(seen);
        } else if (pending.length() == 6) {
            replace((char) Integer.parseInt(pending, 2, 6, 16), seen);
        }
    }

    private void replace(char with, StringBuilder seen) {
        seen.append(with);
        shift += pending.length() - 1;
        shifts.addLast(new Shift(seenLength + seen.length(), shift));
        pending.setLength(0);
    }

    /** It was no escape: what came is what is seen. */
    private void giveUp(StringBuilder seen) {
        seen.append(pending);
        pending.setLength(0);
    }
}
