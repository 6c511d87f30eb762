package dev.weir.models;

/**
 * PEM private keys, from {@code -----BEGIN … PRIVATE KEY-----} through their end line, or as far as there are lines of
 * base64 where the end is missing. Prose about such headers is let go at its second short word. Past 4,096 characters
 * it is cut there.
 */
final class PrivateKeyReader extends SecretReader {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int MOST_LABEL = 40;
    private static final int SHORT_WORD = 16;
    private static final int LINE = 40;
    private static final int MOST_CHARACTERS = 4096;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    private enum Part {
        BEGIN,
        LABEL,
        LABEL_DASHES,
        BODY,
        END,
        END_LABEL,
        END_DASHES
    }

    private Part part = Part.BEGIN;
    private int inPart;
    private final StringBuilder label = new StringBuilder();
    private int word;
    private int lines;
    private boolean shortWord;

    PrivateKeyReader(Rule rule) {
        super(rule);
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return c == '-';
    }

    @Override
    void restart(int beforeThat, int before) {
        enter(Part.BEGIN);
        label.setLength(0);
        word = 0;
        lines = 0;
        shortWord = false;
    }

    private Step enter(Part next) {
        part = next;
        inPart = 0;
        return Step.ON;
    }

    @Override
    Step step(int c) {
        if (seen() == MOST_CHARACTERS) {
            return Step.DEAD;
        }
        return switch (part) {
            case BEGIN -> literal(c, BEGIN, Part.LABEL);
            case LABEL -> label(c);
            case LABEL_DASHES, END_DASHES -> dashes(c);
            case BODY -> body(c);
            case END -> literal(c, END, Part.END_LABEL);
            case END_LABEL -> endLabel(c);
        };
    }

    private Step literal(int c, String literal, Part next) {
        if (c != literal.charAt(inPart)) {
            return Step.DEAD;
        }
        return ++inPart == literal.length() ? enter(next) : Step.ON;
    }

    private static boolean isLabel(int c) {
        return (c >= 'A' && c <= 'Z') || isDigit(c) || c == ' ';
    }

    private Step label(int c) {
        if (isLabel(c) && label.length() < MOST_LABEL) {
            label.append((char) c);
            return Step.ON;
        }
        boolean key =
                label.toString().endsWith("PRIVATE KEY") || label.toString().endsWith("PRIVATE KEY BLOCK");
        if (c != '-' || !key) {
            return Step.DEAD;
        }
        enter(Part.LABEL_DASHES);
        inPart = 1;
        return Step.ON;
    }

    private Step endLabel(int c) {
        if (isLabel(c) && ++inPart <= MOST_LABEL) {
            return Step.ON;
        }
        if (c != '-') {
            return Step.DEAD;
        }
        enter(Part.END_DASHES);
        inPart = 1;
        return Step.ON;
    }

    private Step dashes(int c) {
        if (c != '-') {
            return Step.DEAD;
        }
        if (++inPart < DASHES.length()) {
            return Step.ON;
        }
        if (part == Part.LABEL_DASHES) {
            return enter(Part.BODY);
        }
        acceptThrough();
        return Step.DONE;
    }

    private Step body(int c) {
        if (c == ' ' || c == '\n') {
            if (word > 0) {
                shortWord |= word < SHORT_WORD;
            }
            word = 0;
            return Step.ON;
        }
        if (c == '-') {
            enter(Part.END);
            return literal(c, END, Part.END_LABEL);
        }
        boolean base64 = isAlphanumeric(c) || c == '+' || c == '/' || c == '=' || c == '\\';
        if (!base64 || (word == 0 && shortWord)) {
            return Step.DEAD;
        }
        word++;
        if (word == LINE) {
            lines++;
        }
        if (lines > 0) {
            acceptThrough();
        }
        return Step.ON;
    }
}
