package dev.weir.models;

/**
 * IBANs: country, two check digits and as many letters and digits as that country has, together or in groups of four
 * with one blank between, right modulo 97. The country fixes the length, so a match is final with its last character.
 */
final class IbanReader extends SecretReader {
    private static final int MOST_CHARACTERS = 34;
    static final int LONGEST = MOST_CHARACTERS + 8 + MOST_HIDDEN;

    /** By country, two letters of five bits; 0 where there is none. */
    private static final int[] LENGTHS = new int[1 << 10];

    static {
        String lengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
                + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22"
                + " IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20"
                + " MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24"
                + " SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";
        for (int i = 0; i < lengths.length(); i += 5) {
            LENGTHS[country(lengths.charAt(i), lengths.charAt(i + 1))] =
                    Integer.parseInt(lengths.substring(i + 2, i + 4));
        }
    }

    private final StringBuilder iban = new StringBuilder();
    private int length;
    private boolean afterBlank;

    IbanReader(Rule rule) {
        super(rule);
    }

    @Override
    boolean mayStart(int beforeThat, int before, int c) {
        return isLetter(c) && !isAlphanumeric(before);
    }

    @Override
    void restart(int beforeThat, int before) {
        iban.setLength(0);
        length = MOST_CHARACTERS;
        afterBlank = false;
    }

    @Override
    Step step(int c) {
        if (c == ' ') {
            boolean between = !afterBlank && iban.length() >= 4 && iban.length() % 4 == 0;
            afterBlank = true;
            return between ? Step.ON : Step.DEAD;
        }
        int at = iban.length();
        boolean fits = at < 2 ? isLetter(c) : at < 4 ? isDigit(c) : isAlphanumeric(c);
        if (!fits) {
            return Step.DEAD;
        }
        afterBlank = false;
        iban.append((char) c);
        if (at == 1) {
            length = LENGTHS[country(iban.charAt(0), c)];
            if (length == 0) {
                return Step.DEAD;
            }
        }
        if (iban.length() < length) {
            return Step.ON;
        }
        if (remainder() != 1) {
            return Step.DEAD;
        }
        acceptThrough();
        return Step.DONE;
    }

    private static int country(int first, int second) {
        return (first & 31) << 5 | (second & 31);
    }

    private int remainder() {
        int remainder = 0;
        for (int i = 0; i < length; i++) {
            int value = Character.digit(iban.charAt((i + 4) % length), 36);
            remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
        }
        return remainder;
    }
}
