package dev.weir.protocol;

/** Half a surrogate pair: legal in a Java string and in a JSON escape, impossible in UTF-8. */
final class Surrogates {

    private Surrogates() {}

    /**
     * Rewrites each unpaired surrogate of a JSON text as its escape. Outside its strings JSON has none, so the whole
     * text may be treated alike.
     */
    static String escapeUnpaired(String json) {
        int first = nextUnpaired(json, 0);
        if (first < 0) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        int copied = 0;
        for (int at = first; at >= 0; at = nextUnpaired(json, at + 1)) {
            escaped.append(json, copied, at).append("\\u").append(Integer.toHexString(json.charAt(at)));
            copied = at + 1;
        }
        return escaped.append(json, copied, json.length()).toString();
    }

    /** Where the next unpaired surrogate stands, from {@code from}, which is not inside a pair; -1 when there is none. */
    private static int nextUnpaired(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
