package dev.weir.engine.ledger;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One line of the ledger file: an entry, and the hash that ties it to all entries before it. Changing, removing or
 * swapping an entry breaks every hash after it.
 *
 * <p>The line is {@code {"entry":…,"previous":"…","hash":"…"}}, with the parts in this order and no spaces between them.
 * The hash is SHA-256 over the previous hash (64 hexadecimal digits), a line feed, and the entry's bytes exactly as they
 * stand in the line; so a check needs no JSON of its own, only what lies between a prefix and a suffix of fixed length.
 *
 * @param entry one JSON object
 * @param previous {@link #GENESIS} in the first line
 */
record ChainedLine(String entry, String previous, String hash) {

    /** What the first line names as its previous hash. */
    static final String GENESIS = "0".repeat(64);

    private static final String PREFIX = "{\"entry\":";
    private static final String PREVIOUS = ",\"previous\":\"";
    private static final String HASH = "\",\"hash\":\"";
    private static final String END = "\"}";
    private static final int SUFFIX_LENGTH = PREVIOUS.length() + 64 + HASH.length() + 64 + END.length();

    static ChainedLine after(String previous, String entry) {
        return new ChainedLine(entry, previous, hashOf(previous, entry));
    }

    /** Reads a line without its line feed; empty when it is not one, or its hash is not that of its parts. */
    static Optional<ChainedLine> parse(String line) {
        int entryEnd = line.length() - SUFFIX_LENGTH;
        if (entryEnd <= PREFIX.length() || !line.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int previousStart = entryEnd + PREVIOUS.length();
        int hashStart = previousStart + 64 + HASH.length();
        ChainedLine parsed = new ChainedLine(
                line.substring(PREFIX.length(), entryEnd),
                line.substring(previousStart, previousStart + 64),
                line.substring(hashStart, hashStart + 64));
        boolean intact = parsed.toString().equals(line) && parsed.hash.equals(hashOf(parsed.previous, parsed.entry));
        return intact ? Optional.of(parsed) : Optional.empty();
    }

    /** Whether the text could be the beginning of a line that was cut off. */
    static boolean maybeBeginning(String text) {
        return text.startsWith(PREFIX) || PREFIX.startsWith(text);
    }

    /** The line, without a line feed. */
    @Override
    public String toString() {
        return PREFIX + entry + PREVIOUS + previous + HASH + hash + END;
    }

    private static String hashOf(String previous, String entry) {
        return HexFormat.of().formatHex(ReceiptId.sha256((previous + '\n' + entry).getBytes(StandardCharsets.UTF_8)));
    }
}
