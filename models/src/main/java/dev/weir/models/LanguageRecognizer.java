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

    private final int[] weights = new int[SCRIPTS.length];
    /** Log-likelihoods of this block, by script and language; none of a script until a letter of it came. */
    private final float[][] likelihoods = new float[SCRIPTS.length][0];

    private int weight;
    private int before = ' ';
    private int last = ' ';
    private Script lastScript = Script.LATIN;
    private final Deque<String> blocks = new ArrayDeque<>();

    /** Takes one code point; true if it completed a block. */
    public boolean append(int codePoint) {
        Script script = SecretReader.isLetter(codePoint)
                ? Script.LATIN
                : codePoint >= 0x80 && Character.isLetter(codePoint) ? Script.of(codePoint) : null;
        if (script == null) {
            if (last != ' ' && isBetweenWords(codePoint)) {
                read(' ', lastScript);
            }
            return false;
        }
        lastScript = script;
        read(Character.toLowerCase(codePoint), script);
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

    private void read(int c, Script script) {
        float[] sums = likelihoods[script.ordinal()];
        if (sums.length == 0) {
            sums = new float[script.profiles().languages().size()];
            likelihoods[script.ordinal()] = sums;
        }
        script.profiles().add(before, last, c, sums);
        before = last;
        last = c;
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
        float[] sums = likelihoods[script.ordinal()];
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

    private void clear() {
        weight = 0;
        Arrays.fill(weights, 0);
        for (float[] sums : likelihoods) {
            Arrays.fill(sums, 0);
        }
    }
}
