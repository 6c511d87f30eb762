package dev.weir.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names of streams lately spoken of on one connection, so that a delta makes no new string for a name it repeats. Each
 * name has one place, chosen by its hash; a name that takes another's place costs that one a new string, nothing else.
 */
final class StreamNames {

    static final int MAX_LENGTH = 128;

    private static final int PLACES = 512; // a power of two

    private final @Nullable String[] names = new @Nullable String[PLACES];

    /** The name in these bytes; null when they are not 1 to 128 printable ASCII characters. */
    @Nullable
    String name(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < 1 || length > MAX_LENGTH) {
            return null;
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (c < 0x20 || c > 0x7E) {
                return null;
            }
            hash = 31 * hash + c;
        }
        int place = (hash ^ hash >>> 15) & PLACES - 1;
        String known = names[place];
        if (known != null && known.length() == length && isAt(known, bytes, from)) {
            return known;
        }
        String name = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        names[place] = name;
        return name;
    }

    private static boolean isAt(String name, byte[] bytes, int from) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
