package dev.weir.models;

/**
 * Notices text that no expert can read, each kind once a run: more than {@value #MOST_HIDDEN} characters in a row that
 * show nothing, more than {@value #MOST_UNREADABLE} that are nothing (unassigned, private use, replacement), and more
 * than {@value #MOST_ENCODED} letters and digits without a blank, both among them, as in base64 or hex; long lines of
 * them are one run.
 */
final class OpaqueReader {
    static final int MOST_HIDDEN = 32;
    static final int MOST_UNREADABLE = 16;
    static final int MOST_ENCODED = 200;

    private final Rule hiddenRule;
    private final Rule unreadableRule;
    private final Rule encodedRule;
    private int hidden;
    private int unreadable;
    private int encoded;
    private int encodedStart;
    private int lineLength;
    private boolean lineBroken;
    private boolean digit;
    private boolean letter;

    OpaqueReader(Rule hiddenRule, Rule unreadableRule, Rule encodedRule) {
        this.hiddenRule = hiddenRule;
        this.unreadableRule = unreadableRule;
        this.encodedRule = encodedRule;
    }

    /** Takes one character of the plain view; true if a run of hidden ones has just become too long. */
    boolean append(int c, int offset, MatchSink sink) {
        if (c == FoldedView.GONE) {
            if (++hidden == MOST_HIDDEN + 1) {
                report(hiddenRule, offset - MOST_HIDDEN, offset, sink);
                return true;
            }
            return false;
        }
        hidden = 0;
        unreadable = c == FoldedView.UNREADABLE ? unreadable + 1 : 0;
        if (unreadable == MOST_UNREADABLE + 1) {
            report(unreadableRule, offset - MOST_UNREADABLE, offset, sink);
        }
        encoded(c, offset, sink);
        return false;
    }

    private void encoded(int c, int offset, MatchSink sink) {
        if (!SecretReader.isAlphanumeric(c) && c != '+' && c != '/' && c != '=' && c != '_' && c != '-') {
            lineBroken = c == '\n' && (lineBroken || lineLength >= EncodedPhrases.BASE64_LINE);
            lineLength = 0;
            digit = false;
            letter = false;
            encoded = lineBroken ? encoded : 0;
            return;
        }
        lineBroken = false;
        lineLength++;
        if (encoded == 0) {
            encodedStart = offset;
            digit = false;
            letter = false;
        }
        digit |= SecretReader.isDigit(c);
        letter |= SecretReader.isLetter(c);
        if (encoded <= MOST_ENCODED && ++encoded > MOST_ENCODED) {
            if (digit && letter) {
                report(encodedRule, encodedStart, offset, sink);
            } else {
                encoded = MOST_ENCODED; // still waiting for the other kind
            }
        }
    }

    private static void report(Rule rule, int first, int last, MatchSink sink) {
        sink.match(new RuleMatch(rule, first, last + 1, last + 1));
    }
}
