package dev.weir.models;

/**
 * Payment cards: 13 to 19 digits of a known network and length with a right Luhn digit, as one run of digits or in
 * groups of at least four (the last may be shorter) with one blank, dash or dot between. Whole groups only, so a card
 * inside a longer number is none, and one after or before other numbers is. A run right after a decimal point is a
 * fraction.
 */
final class CardReader extends SecretReader {
    static final int MOST_DIGITS = 19;
    private static final int MOST_CHARACTERS = MOST_DIGITS + 4;
    static final int LONGEST = MOST_CHARACTERS + MOST_HIDDEN;

    private final int[] digits = new int[MOST_DIGITS];
    private int count;
    private int groups;
    private int groupDigits;
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
        fraction = before == '.' && isDigit(beforeThat);
    }

    @Override
    Step step(int c) {
        if (isDigit(c)) {
            if (count == MOST_DIGITS) {
                return Step.DEAD;
            }
            digits[count++] = c - '0';
            groupDigits++;
            return count == 2 && !mayBeCard() ? Step.DEAD : Step.ON;
        }
        if (groupDigits == 0) {
            return Step.DEAD; // two separators
        }
        if (isCard()) {
            acceptBefore();
        }
        boolean goesOn = (c == ' ' || c == '-' || c == '.') && groupDigits >= 4 && count < MOST_DIGITS;
        groupDigits = 0;
        groups++;
        return goesOn ? Step.ON : Step.DEAD;
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
