package dev.weir.models;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;

/**
 * Notices text made to look like words to a reader and like nothing to an expert. A word is disguised when letters of
 * another script stand for Latin ones in it, when something invisible or a pile of marks stands between its letters,
 * when it is set in mathematical, fullwidth or circled letters, or when digits stand for letters between letters. One
 * such word is a formula, a name or a slip; many close together are not: each adds to a score that plain words wear off.
 * A right-to-left override is reported at once, for generated text has no use for it. Constant memory, not thread-safe.
 */
final class DisguiseReader {

    /** Score at which a text is reported: four wholly disguised words in a row. */
    private static final int LIMIT = 32;

    private static final int DISGUISED = 8;
    private static final int STYLED = 4;
    private static final int DIGITS = 4;
    private static final int MOST_MARKS = 3;
    private static final int FEWEST_LETTERS = 3;
    /** Fewer letters in two scripts are a unit or a variable: μs, Δt, kΩ. */
    private static final int FEWEST_MIXED = 4;

    private static final int SOFT_HYPHEN = 0xAD;
    private static final String LEET = "013457";

    private final Rule rule;
    private int score;
    private int from;
    private boolean reported;

    private int wordStart;
    private int letters;
    private int latin;
    private int lookalikes;
    private int styled;
    private int hidden;
    private int pendingHidden;
    private int leet;
    private int pendingLeet;
    private boolean otherDigit;
    private boolean hexOnly = true;
    private int marks;
    private boolean piled;

    DisguiseReader(Rule rule) {
        this.rule = rule;
    }

    void append(int c, int offset, MatchSink sink) {
        if (c < 0x80) {
            ascii(c, offset, sink);
        } else if (c == 0x202E || c == 0x202D) {
            from = score == 0 ? offset : from;
            add(LIMIT, offset, sink);
        } else if (c != SOFT_HYPHEN && isInvisible(c)) {
            pendingHidden += letters > 0 ? 1 : 0;
        } else if (Character.isLetter(c) || FoldedView.isStyled(c)) {
            letter(c, offset);
        } else if (UCharacter.getType(c) == Character.NON_SPACING_MARK) {
            piled |= ++marks > MOST_MARKS;
        } else if (letters > 0 && Character.isDigit(c)) {
            otherDigit = true;
        } else if (letters > 0) {
            endWord(offset, sink);
        }
    }

    private void ascii(int c, int offset, MatchSink sink) {
        if (SecretReader.isLetter(c)) {
            letterOfWord(c, offset);
            latin++;
        } else if (letters == 0) {
            return;
        } else if (LEET.indexOf(c) >= 0) {
            pendingLeet++;
        } else if (SecretReader.isDigit(c)) {
            otherDigit = true;
        } else {
            endWord(offset, sink);
        }
    }

    /** The text is complete, and its last word with it. */
    void end(int length, MatchSink sink) {
        if (letters > 0) {
            endWord(length - 1, sink);
        }
    }

    private void letterOfWord(int c, int offset) {
        if (letters++ == 0) {
            wordStart = offset;
        }
        marks = 0;
        hidden += pendingHidden;
        pendingHidden = 0;
        leet += pendingLeet;
        pendingLeet = 0;
        hexOnly = hexOnly && Character.digit(c, 16) >= 0;
    }

    private void letter(int c, int offset) {
        letterOfWord(c, offset);
        if (FoldedView.isStyled(c)) {
            styled++;
        } else if (FoldedView.isLookalike(Character.toLowerCase(c))) {
            lookalikes++;
        } else if (c < 0x250) {
            latin++;
        }
    }

    private void endWord(int offset, MatchSink sink) {
        int weight = weight();
        if (weight > 0) {
            from = score == 0 ? wordStart : from;
            add(weight, offset, sink);
        } else if (letters > 1 && score > 0) {
            score--;
            reported &= score > 0;
        }
        letters = 0;
        latin = 0;
        lookalikes = 0;
        styled = 0;
        hidden = 0;
        pendingHidden = 0;
        leet = 0;
        pendingLeet = 0;
        otherDigit = false;
        hexOnly = true;
        marks = 0;
        piled = false;
    }

    private int weight() {
        if (letters < FEWEST_LETTERS) {
            return 0;
        }
        boolean mixed = lookalikes > 0 && latin > 0 && letters >= FEWEST_MIXED;
        if (mixed || piled || (hidden > 0 && latin > 0)) {
            return DISGUISED;
        }
        if (styled >= FEWEST_LETTERS) {
            return STYLED;
        }
        return leet > 0 && !otherDigit && !hexOnly && letters > leet && latin == letters ? DIGITS : 0;
    }

    private void add(int weight, int offset, MatchSink sink) {
        score = Math.min(score + weight, 2 * LIMIT);
        if (score >= LIMIT && !reported) {
            reported = true;
            sink.match(new RuleMatch(rule, from, offset + 1, offset + 1));
        }
    }

    private static boolean isInvisible(int c) {
        return UCharacter.getType(c) == Character.FORMAT
                || UCharacter.hasBinaryProperty(c, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
    }
}
