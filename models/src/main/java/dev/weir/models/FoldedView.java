package dev.weir.models;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the lexicon reads in place of one raw code point. Two views, both of one code point alone, so that no context
 * has to be held back:
 *
 * <ul>
 *   <li>the <b>plain</b> view, for structured secrets: compatibility forms (fullwidth, mathematical, circled) and all
 *       decimal digits become ASCII, blanks and dashes become one blank and one dash, case stays;
 *   <li>the <b>phrase</b> view: case folded, lookalikes of other scripts and the digits people write for letters
 *       become Latin letters, and everything that is neither letter nor digit becomes a blank.
 * </ul>
 *
 * <p>In both, marks and characters that show nothing are gone. A code point that stands for several characters
 * ("㎏", "ﬁ") is {@link #OTHER} in the plain view and several letters in the phrase view.
 */
final class FoldedView {
    /** Nothing is left of it. */
    static final int GONE = -1;
    /** More than one character; {@link #phrase} has them. */
    static final int SEVERAL = -2;
    /** Something no rule is made of; it ends whatever stood before it. */
    static final int OTHER = 0xFFFF;
    /** Something nobody can read: unassigned, private use, replacement character. */
    static final int UNREADABLE = 0xFFFE;

    private static final Normalizer2 NFKD = Normalizer2.getNFKDInstance();
    private static final int PAGE_BITS = 8;
    private static final AtomicReferenceArray<int[]> PLAIN =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);
    private static final AtomicReferenceArray<String[]> PHRASE =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);
    /** Of the phrase view: the one character, {@link #GONE} or {@link #SEVERAL}. */
    private static final AtomicReferenceArray<int[]> PHRASE_CHARACTERS =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);

    /** Pairs: a lower-case letter of another script, or a digit or sign written for a letter, and what it looks like. */
    private static final String LOOKALIKES = "аaеeоoрpсcхxуyіiјjѕsһhкkмmтtвbнhԁdԛqԝwѵvӏl" + "αaοoρpνvιiκkτtυuεeβbχxηnγy"
            + "ıiɑaɡgɩiᴀaᴇeɪiᴏoᴜuꜱsʟlᴋk" + "0o1i3e4a5s7t@a$s";

    private FoldedView() {}

    /** One character of the plain view, {@link #GONE}, {@link #OTHER} or {@link #UNREADABLE}. */
    static int plain(int codePoint) {
        int[] page = PLAIN.getAcquire(codePoint >> PAGE_BITS);
        if (page == null) {
            page = new int[1 << PAGE_BITS];
            for (int i = 0; i < page.length; i++) {
                page[i] = foldPlain(codePoint >> PAGE_BITS << PAGE_BITS | i);
            }
            PLAIN.setRelease(codePoint >> PAGE_BITS, page);
        }
        return page[codePoint & 0xFF];
    }

    /** The character of the phrase view; {@link #GONE} if there is none, {@link #SEVERAL} if there are more. */
    static int phraseCharacter(int codePoint) {
        int[] page = PHRASE_CHARACTERS.getAcquire(codePoint >> PAGE_BITS);
        if (page == null) {
            page = new int[1 << PAGE_BITS];
            for (int i = 0; i < page.length; i++) {
                String phrase = phrase(codePoint >> PAGE_BITS << PAGE_BITS | i);
                page[i] = phrase.isEmpty() ? GONE : phrase.length() == 1 ? phrase.charAt(0) : SEVERAL;
            }
            PHRASE_CHARACTERS.setRelease(codePoint >> PAGE_BITS, page);
        }
        return page[codePoint & 0xFF];
    }

    /** The characters of the phrase view, often one, sometimes none. */
    static String phrase(int codePoint) {
        String[] page = PHRASE.getAcquire(codePoint >> PAGE_BITS);
        if (page == null) {
            page = new String[1 << PAGE_BITS];
            for (int i = 0; i < page.length; i++) {
                page[i] = foldPhrase(codePoint >> PAGE_BITS << PAGE_BITS | i);
            }
            PHRASE.setRelease(codePoint >> PAGE_BITS, page);
        }
        return page[codePoint & 0xFF];
    }

    /** Whether a lower-case letter is Greek or Cyrillic and passes for a Latin one. */
    static boolean isLookalike(int letter) {
        int at = letter < 0x370 || letter > 0x52F ? -1 : LOOKALIKES.indexOf(letter);
        return at >= 0 && at % 2 == 0;
    }

    /** Whether it is a plain Latin letter set in another style: mathematical, fullwidth, circled. */
    static boolean isStyled(int letter) {
        return letter >= 0x2100 && SecretReader.isLetter(plain(letter));
    }

    private static boolean gone(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (UCharacter.getType(c)) {
            case UCharacterCategory.NON_SPACING_MARK,
                    UCharacterCategory.ENCLOSING_MARK,
                    UCharacterCategory.FORMAT,
                    UCharacterCategory.CONTROL -> true;
            default -> UCharacter.hasBinaryProperty(c, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
        };
    }

    private static int foldPlain(int c) {
        if (gone(c)) {
            return GONE;
        }
        int type = UCharacter.getType(c);
        if (type == UCharacterCategory.UNASSIGNED || type == UCharacterCategory.PRIVATE_USE || c == 0xFFFD) {
            return UNREADABLE;
        }
        if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) {
            return '\n';
        }
        if (UCharacter.isUWhiteSpace(c)) {
            return ' ';
        }
        if (type == UCharacterCategory.DASH_PUNCTUATION || c == 0x2212) {
            return '-';
        }
        int digit = UCharacter.digit(c, 10);
        if (digit >= 0) {
            return '0' + digit;
        }
        String decomposed = NFKD.getDecomposition(c);
        if (decomposed == null) {
            return c < 0x80 ? c : OTHER;
        }
        int[] left = decomposed.codePoints().filter(d -> !gone(d)).toArray();
        return left.length == 1 && left[0] < 0x80 ? left[0] : OTHER;
    }

    private static String foldPhrase(int c) {
        if (gone(c)) {
            return "";
        }
        String decomposed = NFKD.getDecomposition(c);
        String folded = UCharacter.foldCase(decomposed == null ? Character.toString(c) : decomposed, true);
        StringBuilder phrase = new StringBuilder();
        folded.codePoints().forEach(d -> {
            int lookalike = LOOKALIKES.indexOf(d);
            if (lookalike >= 0 && lookalike % 2 == 0) {
                phrase.append(LOOKALIKES.charAt(lookalike + 1));
            } else if (d == '\'' || d == '\u2019' || d == '`' || gone(d)) {
                return; // "don't" and "dont" are one word
            } else {
                phrase.appendCodePoint(UCharacter.isLetterOrDigit(d) ? d : ' ');
            }
        });
        return phrase.toString();
    }
}
