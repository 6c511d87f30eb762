package dev.weir.models;

/**
 * Reads what a text says in base64, in hexadecimal, in escapes (%6b, \x6b) and in ROT13, each in constant memory, and
 * finds phrases there as if they had been written plainly. Not thread-safe.
 */
final class EncodedPhrases {

    /** A line of base64 goes on after a line break if it was at least so long. */
    static final int BASE64_LINE = 60;

    private static final int SHORTEST_ROTATED = 8;
    private static final int NONE = -1;

    private static final byte[] HEX_DIGITS = new byte[0x80];

    static {
        for (int c = 0; c < HEX_DIGITS.length; c++) {
            HEX_DIGITS[c] = (byte) Character.digit(c, 16);
        }
    }

    private final PhraseAutomaton.Cursor base64;
    private final PhraseAutomaton.Cursor hex;
    private final PhraseAutomaton.Cursor rot13;

    /** Reads the text as it stands. */
    private final PhraseAutomaton.Cursor plainly;

    /**
     * Reads the text with its escapes undone. Where there are none that is what {@link #plainly} reads, and it rests; at
     * the first character the two read in another way it goes on from there, until both have long read the same again.
     */
    private final PhraseAutomaton.Cursor escapes;

    private boolean resting = true;
    /** Letters that both have read since they last read something else; at most what a cursor remembers. */
    private int readAlike;

    /** Made once, and not for each character. */
    private final MatchSink escaped = this::reportEscaped;

    private final MatchSink rotated = this::reportRotated;
    private MatchSink sink = match -> {};

    private int bits;
    private int bitCount;
    private int lineLength;
    private boolean lineBroken;

    private int highDigit = NONE;

    /** Characters of an escape so far: its sign, an x after a backslash, one digit. */
    private int escapeSign;

    private int escapeDigit = NONE;
    private int lastEscape = NONE;

    EncodedPhrases(PhraseAutomaton automaton, PhraseAutomaton.Cursor plainly) {
        this.plainly = plainly;
        base64 = new PhraseAutomaton.Cursor(automaton);
        hex = new PhraseAutomaton.Cursor(automaton);
        escapes = new PhraseAutomaton.Cursor(automaton);
        rot13 = new PhraseAutomaton.Cursor(automaton);
    }

    /** Says what comes next, before the plain reader takes it: from here on the two may differ. */
    void beforePlain(int codePoint, int c) {
        if (resting && c != FoldedView.GONE && !isReadAlike(codePoint, c)) {
            escapes.follow(plainly);
            resting = false;
            readAlike = 0;
        }
    }

    /**
     * Takes one character.
     *
     * @param codePoint as it stands, which the plain reader has taken
     * @param c of the plain view
     */
    void append(int codePoint, int c, int offset, MatchSink sink) {
        this.sink = sink;
        base64(c, offset, sink);
        hex(c, offset, sink);
        if (!resting) {
            boolean alike = escapeSign == 0 && isReadAlike(codePoint, c);
            escape(c, offset);
            rest(alike, c);
        }
        rot13.append(rotated(c), offset, rotated);
    }

    private static boolean isReadAlike(int codePoint, int c) {
        return c != '%'
                && c != '\\'
                && (codePoint == c
                        || (FoldedView.phraseCharacter(codePoint) == FoldedView.phraseCharacter(c)
                                && FoldedView.phraseCharacter(c) != FoldedView.SEVERAL));
    }

    /** Once both remember the same letters, no match to come can begin before them, or hold an escape. */
    private void rest(boolean alike, int c) {
        if (!alike) {
            readAlike = 0;
        } else if (FoldedView.phraseCharacter(c) > ' ') {
            readAlike++;
            resting = readAlike >= PhraseAutomaton.REMEMBERED && escapes.isWhere(plainly);
        }
    }

    void end(int length, MatchSink sink) {
        this.sink = sink;
        base64.end(length, sink);
        hex.end(length, sink);
        if (!resting) {
            escapes.end(length, escaped);
        }
        rot13.end(length, rotated);
    }

    private void base64(int c, int offset, MatchSink sink) {
        int value = base64Value(c);
        if (value == NONE) {
            lineBroken = c == '\n' && (lineBroken || lineLength >= BASE64_LINE);
            if (!lineBroken) {
                base64.append(' ', offset, sink);
                bitCount = 0;
            }
            lineLength = 0;
            return;
        }
        lineBroken = false;
        lineLength++;
        bits = (bits << 6 | value) & 0xFFFF;
        bitCount += 6;
        if (bitCount >= 8) {
            bitCount -= 8;
            base64.append(bits >> bitCount & 0xFF, offset, sink);
        }
    }

    /** Pairs of digits, with nothing, blanks, commas, colons or x between. */
    private void hex(int c, int offset, MatchSink sink) {
        int digit = c < HEX_DIGITS.length ? HEX_DIGITS[c] : NONE;
        if (digit == NONE) {
            boolean between = c == ' ' || c == ',' || c == ':' || c == 'x' || c == '\\' || c == '-' || c == '\n';
            if (!between) {
                hex.append(' ', offset, sink);
            }
            highDigit = NONE;
        } else if (highDigit == NONE) {
            highDigit = digit;
        } else {
            hex.append(highDigit << 4 | digit, offset, sink);
            highDigit = NONE;
        }
    }

    private void escape(int c, int offset) {
        int digit = c < HEX_DIGITS.length ? HEX_DIGITS[c] : NONE;
        if (c == '%' || c == '\\') {
            escapeSign = c;
            escapeDigit = NONE;
        } else if (escapeSign == '\\' && c == 'x') {
            escapeSign = 'x';
        } else if ((escapeSign == '%' || escapeSign == 'x') && digit != NONE) {
            if (escapeDigit == NONE) {
                escapeDigit = digit;
            } else {
                escapeSign = 0;
                lastEscape = offset;
                escapes.append(escapeDigit << 4 | digit, offset, escaped);
            }
        } else {
            escapeSign = 0;
            escapes.append(c == '+' ? ' ' : c, offset, escaped);
        }
    }

    /** What holds no escape is the plain reader's to report. */
    private void reportEscaped(RuleMatch match) {
        if (lastEscape >= match.start()) {
            sink.match(match);
        }
    }

    /** Short words come about by chance when letters are exchanged. */
    private void reportRotated(RuleMatch match) {
        if (match.end() - match.start() >= SHORTEST_ROTATED) {
            sink.match(match);
        }
    }

    private static int base64Value(int c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return switch (c) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> NONE;
        };
    }

    private static int rotated(int c) {
        if (c >= 'a' && c <= 'z') {
            return 'a' + (c - 'a' + 13) % 26;
        }
        return c >= 'A' && c <= 'Z' ? 'A' + (c - 'A' + 13) % 26 : c;
    }
}
