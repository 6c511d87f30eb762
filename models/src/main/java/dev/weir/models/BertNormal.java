package dev.weir.models;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What BERT's uncased normaliser and pre-tokenizer make of one code point, packed in an int. Equal to Hugging Face's
 * {@code BertNormalizer(clean_text, handle_chinese_chars, strip_accents, lowercase)} and {@code BertPreTokenizer}:
 * controls vanish, white space is a blank, Han characters stand alone, the rest is decomposed (NFD), loses its
 * non-spacing marks and is lower-cased; punctuation stands alone.
 *
 * <p>All of that is a function of one code point, except that NFD sorts combining characters; for the few that are not
 * removed the class is given so that the word can sort them. The tables of the reference stopped at several versions
 * of Unicode, so code points younger than a table are treated as that table treats what it does not know.
 */
final class BertNormal {
    /** Nothing is left of it, and it is as if it had never been in the text. */
    static final int VANISHED = 0;
    /** Nothing is left of it, but combining characters are not sorted across it. */
    static final int VANISHED_STARTER = 1;

    static final int SPACE = 2;
    /** A word of its own. */
    static final int ALONE = 3;

    static final int LETTER = 4;
    /** Several results; the low bits are an index for {@link #parts}. */
    static final int PARTS = 5;

    private static final Normalizer2 NFD = Normalizer2.getNFDInstance();
    /** First and last of each block. The one from 2B920 starts at 2B820 in Unicode; the reference has it so. */
    private static final int[] CHINESE = {
        0x4E00, 0x9FFF, 0x3400, 0x4DBF, 0x20000, 0x2A6DF, 0x2A700, 0x2B73F,
        0x2B740, 0x2B81F, 0x2B920, 0x2CEAF, 0xF900, 0xFAFF, 0x2F800, 0x2FA1F
    };

    private static final int PAGE_BITS = 8;
    private static final AtomicReferenceArray<int[]> PAGES =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);
    /** By code point; filled before the page that refers to it is published. */
    private static final AtomicReferenceArray<int[][]> PART_PAGES =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);

    private BertNormal() {}

    static int of(int codePoint) {
        int[] page = PAGES.getAcquire(codePoint >> PAGE_BITS);
        if (page == null) {
            page = fill(codePoint >> PAGE_BITS);
        }
        return page[codePoint & 0xFF];
    }

    static int kind(int packed) {
        return packed >>> 29;
    }

    static int codePoint(int packed) {
        return packed & 0x1FFFFF;
    }

    static int combiningClass(int packed) {
        return packed >>> 21 & 0xFF;
    }

    /** The results of a code point of kind {@link #PARTS}, in order, none of kind PARTS itself. */
    static int[] parts(int codePoint) {
        int[][] page = PART_PAGES.getAcquire(codePoint >> PAGE_BITS);
        return page[codePoint & 0xFF];
    }

    private static int[] fill(int pageNumber) {
        int[] page = new int[1 << PAGE_BITS];
        int[][] parts = new int[1 << PAGE_BITS][];
        for (int i = 0; i < page.length; i++) {
            int[] results = normalise(pageNumber << PAGE_BITS | i);
            if (results.length == 1) {
                page[i] = results[0];
            } else {
                page[i] = PARTS << 29;
                parts[i] = results;
            }
        }
        PART_PAGES.setRelease(pageNumber, parts);
        PAGES.setRelease(pageNumber, page);
        return page;
    }

    private static int[] normalise(int c) {
        if (c == 0 || c == 0xFFFD) {
            return new int[] {VANISHED << 29};
        }
        if (c == '\t' || c == '\n' || c == '\r') {
            return new int[] {SPACE << 29};
        }
        switch (oldCategory(c)) {
            case UCharacterCategory.CONTROL,
                    UCharacterCategory.FORMAT,
                    UCharacterCategory.PRIVATE_USE,
                    UCharacterCategory.SURROGATE -> {
                return new int[] {VANISHED << 29};
            }
            default -> {}
        }
        if (UCharacter.hasBinaryProperty(c, UProperty.WHITE_SPACE)) {
            return new int[] {SPACE << 29};
        }
        boolean chinese = isChinese(c);
        String decomposed = older(c, 13) ? NFD.getDecomposition(c) : null;
        int[] from =
                decomposed == null ? new int[] {c} : decomposed.codePoints().toArray();
        int[] results = new int[2 * from.length];
        int count = 0;
        for (int d : from) {
            if (oldCategory(d) == UCharacterCategory.NON_SPACING_MARK) {
                results[count++] = (combiningClassOf(d) == 0 ? VANISHED_STARTER : VANISHED) << 29;
                continue;
            }
            int kind = chinese || isPunctuation(d) ? ALONE : LETTER;
            int[] lower = d == 'Σ'
                    ? new int[] {'σ'}
                    : UCharacter.toLowerCase(new String(Character.toChars(d)))
                            .codePoints()
                            .toArray();
            for (int l : lower) {
                results[count++] = kind << 29 | combiningClassOf(l) << 21 | l;
            }
        }
        return java.util.Arrays.copyOf(results, count);
    }

    private static int combiningClassOf(int c) {
        return older(c, 13) ? NFD.getCombiningClass(c) : 0;
    }

    private static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
        }
        return switch (oldCategory(c)) {
            case UCharacterCategory.CONNECTOR_PUNCTUATION,
                    UCharacterCategory.DASH_PUNCTUATION,
                    UCharacterCategory.START_PUNCTUATION,
                    UCharacterCategory.END_PUNCTUATION,
                    UCharacterCategory.INITIAL_PUNCTUATION,
                    UCharacterCategory.FINAL_PUNCTUATION,
                    UCharacterCategory.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** General category as the reference's table (Unicode 8) has it; seven code points have changed theirs since. */
    private static int oldCategory(int c) {
        return switch (c) {
            case 0x166D, 0x111C9 -> UCharacterCategory.OTHER_PUNCTUATION;
            case 0x1734, 0x1171E -> UCharacterCategory.NON_SPACING_MARK;
            case 0x1885, 0x1886 -> UCharacterCategory.OTHER_LETTER;
            case 0xA9BD -> UCharacterCategory.COMBINING_SPACING_MARK;
            default -> older(c, 8) ? UCharacter.getType(c) : UCharacterCategory.UNASSIGNED;
        };
    }

    private static boolean older(int c, int unicodeMajor) {
        return UCharacter.getAge(c).getMajor() <= unicodeMajor;
    }

    private static boolean isChinese(int c) {
        for (int i = 0; i < CHINESE.length; i += 2) {
            if (c >= CHINESE[i] && c <= CHINESE[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
