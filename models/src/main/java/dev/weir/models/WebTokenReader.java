package dev.weir.models;

/**
 * JSON web tokens: {@code eyJ….eyJ….…}, each part of the base64url alphabet, the signature last and optional. Header
 * and payload are enough to be one; past 2,048 characters it is cut there.
 */
final class WebTokenReader extends SecretReader {
    private static final String START = "eyJ";
    private static final int LEAST_PART = 10;
    private static final int MOST_CHARACTERS = 2048;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    private int part;
    private int partLength;

    WebTokenReader(Rule rule) {
        super(rule);
    }

    private static boolean isBase64(int c) {
        return isAlphanumeric(c) || c == '-' || c == '_';
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return c == 'e' && !isBase64(before);
    }

    @Override
    void restart(int beforeThat, int before) {
        part = 0;
        partLength = 0;
    }

    @Override
    Step step(int c) {
        if (seen() == MOST_CHARACTERS) {
            return Step.DEAD;
        }
        if (c == '.') {
            boolean goesOn = partLength >= LEAST_PART && part < 2;
            part++;
            partLength = 0;
            return goesOn ? Step.ON : Step.DEAD;
        }
        if (!isBase64(c) || (part < 2 && partLength < START.length() && c != START.charAt(partLength))) {
            return Step.DEAD;
        }
        partLength++;
        if (part == 2 || (part == 1 && partLength >= LEAST_PART)) {
            acceptThrough();
        }
        return Step.ON;
    }
}
