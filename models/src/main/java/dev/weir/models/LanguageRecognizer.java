package dev.weir.models;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Follows the language of one text as it comes, in constant memory. After every {@value #BLOCK} letters it names the
 * language of these letters alone: the script most of them are of and, where several languages share it, the one under
 * which their trigrams are likeliest. How the text was cut, and what comes later, makes no difference. Not thread-safe.
 *
 * <p>English and Vietnamese are favoured among the languages in Latin script: another must be likelier than both by a
 * factor of e<sup>{@value #MARGIN}</sup> a letter. Paragraphs of other languages are ahead by 0.9 to 2.0; English code,
 * tables and lists of names, by less than 0.5 where they are at all.
 */
public final class LanguageRecognizer {

    /** Letters judged together; one that stands for a word or a syllable counts twice. */
    static final int BLOCK = 64;
    /** Blocks that are remembered. */
    static final int MOST_BLOCKS = 4;
    /** Blocks below which nothing is concluded. */
    static final int FEWEST_BLOCKS = 2;

    private static final double MARGIN = 0.5;
    private static final List<String> FAVOURED = List.of("en", "vi");
    private static final Script[] SCRIPTS = Script.values();

    /** The two letters before the block, which its first trigrams begin with. */
    private static final int BEFORE = 2;

    private static final int LETTER_BITS = 21;
    private static final int LETTER = (1 << LETTER_BITS) - 1;

    private final int[] weights = new int[SCRIPTS.length];
    /**
     * Letters, lower case, and at most one blank before each; above a letter the number of its script, above a blank that
     * of the letter before it. They are judged when the block is full: the tables of the languages are large, and a text
     * that comes a word at a time would find them gone from the processor's caches each time.
     */
    private final int[] block = new int[BEFORE + 2 * BLOCK];

    private int end = BEFORE;
    private int weight;
    private final Deque<String> blocks = new ArrayDeque<>();

    public LanguageRecognizer() {
        Arrays.fill(block, 0, BEFORE, ' ' | (Script.LATIN.ordinal() << LETTER_BITS));
    }

    /** Takes one code point; true if it completed a block. */
    public boolean append(int codePoint) {
        Script script = SecretReader.isLetter(codePoint)
                ? Script.LATIN
                : codePoint >= 0x80 && Character.isLetter(codePoint) ? Script.of(codePoint) : null;
        if (script == null) {
            int last = block[end - 1];
            if ((last & LETTER) != ' ' && isBetweenWords(codePoint)) {
                block[end++] = (last & ~LETTER) | ' ';
            }
            return false;
        }
        block[end++] = Character.toLowerCase(codePoint) | (script.ordinal() << LETTER_BITS);
        weights[script.ordinal()] += script.weight();
        weight += script.weight();
        if (weight < BLOCK) {
            return false;
        }
        if (blocks.size() == MOST_BLOCKS) {
            blocks.removeFirst();
        }
        blocks.add(language());
        clear();
        return true;
    }

    /** The languages of the last blocks. */
    public RecentLanguages recent() {
        return new RecentLanguages(List.copyOf(blocks));
    }

    private static boolean isBetweenWords(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.FORMAT -> false;
            default -> codePoint != '\'' && codePoint != '\u2019';
        };
    }

    private String language() {
        int han = weights[Script.HAN.ordinal()];
        int kana = weights[Script.KANA.ordinal()];
        if (han + kana > BLOCK / 2) {
            return likeliest(kana * 8 >= han ? Script.KANA : Script.HAN);
        }
        Script most = Script.LATIN;
        for (Script script : SCRIPTS) {
            if (weights[script.ordinal()] > weights[most.ordinal()]) {
                most = script;
            }
        }
        return likeliest(most);
    }

    /** The likeliest language of a script, unless a favoured one comes within the margin. */
    private String likeliest(Script script) {
        List<String> languages = script.profiles().languages();
        float[] sums = likelihoods(script);
        double margin = MARGIN * weights[script.ordinal()];
        int best = 0;
        int favoured = -1;
        for (int language = 0; language < sums.length; language++) {
            if (sums[language] > sums[best]) {
                best = language;
            }
            if (FAVOURED.contains(languages.get(language)) && (favoured < 0 || sums[language] > sums[favoured])) {
                favoured = language;
            }
        }
        return languages.get(favoured >= 0 && sums[best] - sums[favoured] <= margin ? favoured : best);
    }

    /** Log-likelihoods of the block's letters of this script, by language. */
    private float[] likelihoods(Script script) {
        LanguageProfiles profiles = script.profiles();
        float[] sums = new float[profiles.languages().size()];
        for (int at = BEFORE; at < end; at++) {
            if (block[at] >>> LETTER_BITS == script.ordinal()) {
                profiles.add(block[at - 2] & LETTER, block[at - 1] & LETTER, block[at] & LETTER, sums);
            }
        }
        return sums;
    }

    private void clear() {
        weight = 0;
        Arrays.fill(weights, 0);
        System.arraycopy(block, end - BEFORE, block, 0, BEFORE);
        end = BEFORE;
    }
}
