package dev.weir.models;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys of well-known services, told by their prefix. A key longer than its kind allows is cut there: the first part is
 * reported, which makes it useless. Shapes that words could have ("sk-…") need a digit.
 */
final class KeyReader extends SecretReader {
    private static final int MOST_CHARACTERS = 266;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    /** {@code signs} may stand in the body beside letters and digits. */
    private record Shape(String prefix, String signs, boolean capitals, int least, int most) {}

    private static final List<Shape> SHAPES = new ArrayList<>();

    static {
        SHAPES.add(new Shape("sk-", "-_", false, 20, 200));
        for (String kind : new String[] {"sk_live_", "sk_test_", "rk_live_", "rk_test_"}) {
            SHAPES.add(new Shape(kind, "", false, 16, 200));
        }
        for (char kind : new char[] {'p', 'o', 'u', 's', 'r'}) {
            SHAPES.add(new Shape("gh" + kind + "_", "", false, 36, 255));
        }
        SHAPES.add(new Shape("github_pat_", "_", false, 22, 255));
        SHAPES.add(new Shape("AKIA", "", true, 16, 16));
        SHAPES.add(new Shape("ASIA", "", true, 16, 16));
        for (char kind : new char[] {'a', 'b', 'p', 'r', 's'}) {
            SHAPES.add(new Shape("xox" + kind + "-", "-", false, 10, 200));
        }
        SHAPES.add(new Shape("AIza", "-_", false, 35, 35));
        SHAPES.add(new Shape("glpat-", "-_", false, 20, 64));
    }

    private int shape;
    private boolean inBody;
    private int bodyLength;
    private boolean digit;

    KeyReader(Rule rule) {
        super(rule);
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return (c == 's' || c == 'r' || c == 'g' || c == 'A' || c == 'x') && !isAlphanumeric(before);
    }

    @Override
    void restart(int beforeThat, int before) {
        shape = 0;
        inBody = false;
        bodyLength = 0;
        digit = false;
    }

    @Override
    Step step(int c) {
        if (!inBody) {
            return inPrefix(c);
        }
        Shape key = SHAPES.get(shape);
        boolean fits = isDigit(c)
                || (isLetter(c) && (!key.capitals() || c <= 'Z'))
                || (c < 0x80 && key.signs().indexOf(c) >= 0);
        if (!fits) {
            return Step.DEAD;
        }
        bodyLength++;
        digit |= isDigit(c);
        if (bodyLength >= key.least() && (digit || !key.prefix().equals("sk-"))) {
            acceptThrough();
        }
        if (bodyLength < key.most()) {
            return Step.ON;
        }
        return accepted() ? Step.DONE : Step.DEAD;
    }

    /** Prefixes with a common start stand together or differ at once, so the first that fits so far is enough. */
    private Step inPrefix(int c) {
        for (int i = shape; i < SHAPES.size(); i++) {
            String prefix = SHAPES.get(i).prefix();
            if (prefix.length() > seen() && prefix.charAt(seen()) == c && startFits(prefix)) {
                shape = i;
                inBody = prefix.length() == seen() + 1;
                return Step.ON;
            }
        }
        return Step.DEAD;
    }

    private boolean startFits(String prefix) {
        for (int i = 0; i < seen(); i++) {
            if (prefix.charAt(i) != character(i)) {
                return false;
            }
        }
        return true;
    }
}
