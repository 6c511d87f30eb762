package dev.weir.models;

/**
 * E-mail addresses: a local part of at most 64 characters, and a domain of labels whose last is two letters or more,
 * 255 in all; what is longer is no address. A word of prose is held while it is being written, for the next character
 * may be an at sign.
 */
final class EmailReader extends SecretReader {
    private static final int MOST_LOCAL = 64;
    private static final int MOST_CHARACTERS = 255;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    private boolean inDomain;
    private int labels;
    private int labelLength;
    private boolean lettersOnly;

    EmailReader(Rule rule) {
        super(rule);
    }

    private static boolean isLocal(int c) {
        return isAlphanumeric(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return (isAlphanumeric(c) || c == '_') && !isLocal(before);
    }

    @Override
    void restart(int beforeThat, int before) {
        inDomain = false;
        labels = 1;
        labelLength = 0;
        lettersOnly = true;
    }

    @Override
    Step step(int c) {
        if (!inDomain) {
            inDomain = c == '@';
            return inDomain || (isLocal(c) && seen() < MOST_LOCAL) ? Step.ON : Step.DEAD;
        }
        if (seen() >= MOST_CHARACTERS) {
            return Step.DEAD;
        }
        if (c == '.') {
            boolean between = labelLength > 0;
            labels++;
            labelLength = 0;
            lettersOnly = true;
            return between ? Step.ON : Step.DEAD;
        }
        if (!isAlphanumeric(c) && (c != '-' || labelLength == 0)) {
            return Step.DEAD;
        }
        labelLength++;
        lettersOnly &= isLetter(c);
        if (labels > 1 && labelLength >= 2 && lettersOnly) {
            acceptThrough();
        }
        return Step.ON;
    }
}
