package dev.weir.models;

/** US social security numbers with dashes, of the ranges that are given out; not inside longer numbers. */
final class SocialSecurityReader extends SecretReader {
    private static final String SHAPE = "999-99-9999";
    static final int LONGEST = SHAPE.length() + MOST_HIDDEN;

    SocialSecurityReader(Rule rule) {
        super(rule);
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return c >= '0' && c <= '8' && !isDigit(before) && before != '-';
    }

    @Override
    void restart(int beforeThat, int before) {}

    @Override
    Step step(int c) {
        if (seen() == SHAPE.length()) {
            if (!isDigit(c) && givenOut()) {
                acceptBefore();
            }
            return Step.DEAD;
        }
        boolean fits = SHAPE.charAt(seen()) == '-' ? c == '-' : isDigit(c);
        return fits ? Step.ON : Step.DEAD;
    }

    private boolean givenOut() {
        return !is(0, "000") && !is(0, "666") && !is(4, "00") && !is(7, "0000");
    }

    private boolean is(int from, String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (character(from + i) != digits.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
