package dev.weir.models;

/**
 * Payment cards: 13 to 19 digits of a known network and length with a right Luhn digit, as one run of digits or in
 * groups of at least four (the last may be shorter) with one blank, dash or dot between. Whole groups only, so a card
 * inside a longer number is none, and one after or before other numbers is. A run right after a decimal point is a
 * fraction.
 *
 * <p>Groups that stand further apart (up to {@value #MOST_APART} blanks, dashes, dots and line breaks), and pairs and
 * single digits all through, are how a card is hidden, but also how tables are written: they are one only if no other
 * number stands before or after, so that a table of n numbers has one chance to look like a card, and not n.
 */
final class CardReader extends SecretReader {
    static final int MOST_DIGITS = 19;
    private static final int MOST_APART = 3;
    private static final int MOST_CHARACTERS = MOST_DIGITS + (MOST_DIGITS - 1) * MOST_APART;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    private final int[] digits = new int[MOST_DIGITS];
    private int count;
    private int groups;
    private int groupDigits;
    /** Separators since the last digit. */
    private int apart;
    /** Digits of every group if the first had one or two, else 0. */
    private int width;

    private boolean spread;
    private boolean alone;
    private boolean fraction;

    CardReader(Rule rule) {
        super(rule);
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return c >= '2' && c <= '6' && !isDigit(before);
    }

    @Override
    void restart(int beforeThat, int before) {
        count = 0;
        groups = 1;
        groupDigits = 0;
        apart = 0;
        width = 0;
        spread = false;
        alone = !(isSeparator(before) && (isDigit(beforeThat) || isSeparator(beforeThat)));
        fraction = before == '.' && isDigit(beforeThat);
    }

    @Override
    Step step(int c) {
        if (isDigit(c)) {
            return digit(c);
        }
        if (!isSeparator(c)) {
            return over();
        }
        return apart == 0 ? groupEnds(c) : furtherApart();
    }

    private Step digit(int c) {
        if (apart > 0) {
            spread |= apart > 1;
            apart = 0;
            groups++;
            groupDigits = 0;
        }
        groupDigits++;
        if (count == MOST_DIGITS || (width > 0 && groupDigits > width)) {
            return Step.DEAD;
        }
        digits[count++] = c - '0';
        return count == 2 && !mayBeCard() ? Step.DEAD : Step.ON;
    }

    private Step groupEnds(int c) {
        if (groups == 1 && groupDigits <= 2) {
            width = groupDigits;
        }
        if (!isHidden() && isCard()) {
            acceptBefore();
        }
        boolean goesOn = width > 0 ? groupDigits == width : groupDigits >= 4;
        if (!goesOn) {
            return over();
        }
        spread |= c == '\n';
        apart = 1;
        return Step.ON;
    }

    private Step furtherApart() {
        if (apart == MOST_APART) {
            return over();
        }
        apart++;
        return Step.ON;
    }

    /** No digit follows the last group. */
    private Step over() {
        if (isHidden() ? alone && isCard() : apart == 0 && isCard()) {
            acceptBefore(apart);
        }
        return Step.DEAD;
    }

    private boolean isHidden() {
        return width > 0 || spread;
    }

    private static boolean isSeparator(int c) {
        return c == ' ' || c == '-' || c == '.' || c == '\n';
    }

    private boolean mayBeCard() {
        int two = prefix(2);
        return two >= 40 || (two >= 34 && two <= 39) || two == 30 || (two >= 22 && two <= 27);
    }

    private boolean isCard() {
        if (count < 13 || (groups == 1 && fraction) || !lengthFitsNetwork()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < count; i++) {
            int digit = digits[count - 1 - i];
            sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
        }
        return sum % 10 == 0;
    }

    private boolean lengthFitsNetwork() {
        int two = prefix(2);
        int four = prefix(4);
        if (two >= 40 && two <= 49) {
            return count == 13 || count == 16 || count == 19; // Visa
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
            return count == 16; // Mastercard
        }
        if (two == 34 || two == 37) {
            return count == 15; // American Express
        }
        if (two == 30 || two == 36 || two == 38 || two == 39) {
            return count == 14 || count == 16; // Diners Club
        }
        return count >= 16 && (two == 35 || two == 50 || (two >= 56 && two <= 69)); // JCB, Maestro, Discover, UnionPay
    }

    private int prefix(int length) {
        int prefix = 0;
        for (int i = 0; i < length; i++) {
            prefix = prefix * 10 + digits[i];
        }
        return prefix;
    }
}
