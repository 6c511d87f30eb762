package dev.weir.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ibm.icu.text.Normalizer2;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each sequence of three letters stands in each of several languages of one script: the log-likelihood of a
 * text under a language is the sum over its trigrams. Immutable, safe from any thread.
 *
 * <p>The counts are those of the language-detector library (Apache-2.0), made from Wikipedia; they lie in its jar as
 * JSON and are read once. Its code is not used: it stops early by the order of the text and draws random numbers.
 *
 * <p>Reference: W. B. Cavnar, J. M. Trenkle, "N-gram-based text categorization", SDAIR 1994.
 */
final class LanguageProfiles {

    /** Added to every share, so that a sequence never seen in a language costs at most ln of it: one odd word decides nothing. */
    private static final double FLOOR = 1e-5;

    /** Without those that blocks of a larger neighbour are taken for: Galician, Asturian, Aragonese, Occitan, Malay. */
    static final LanguageProfiles LATIN = load(
            "en", "vi", "af", "br", "ca", "cs", "cy", "da", "de", "es", "et", "eu", "fi", "fr", "ga", "hr", "ht", "hu",
            "id", "is", "it", "lt", "lv", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tl",
            "tr");

    static final LanguageProfiles CYRILLIC = load("ru", "uk", "bg", "be", "mk", "sr");
    static final LanguageProfiles ARABIC = load("ar", "fa", "ur");
    static final LanguageProfiles DEVANAGARI = load("hi", "mr", "ne");

    private static final int CODE_POINT_BITS = 21;
    private static final int CODE_POINT = (1 << CODE_POINT_BITS) - 1;

    /** No language has the trigram. */
    private static final int NONE = -1;

    /** a to z, and the blank. */
    private static final int PLAIN_LETTERS = 27;

    private final List<String> languages;
    /** An open hash table: trigrams, and beside each the place of its row in {@link #logShares}. */
    private final long[] trigrams;

    private final int[] rows;
    /** The same places by number, for trigrams of plain letters, which most are. */
    private final int[] plainRows = new int[PLAIN_LETTERS * PLAIN_LETTERS * PLAIN_LETTERS];

    /** The log of a trigram's share in each language, in their order, row by row. */
    private final float[] logShares;

    private LanguageProfiles(List<String> languages, Map<Long, float[]> logShares) {
        this.languages = languages;
        trigrams = new long[Integer.highestOneBit(logShares.size() | 1) * 4];
        rows = new int[trigrams.length];
        Arrays.fill(rows, NONE);
        Arrays.fill(plainRows, NONE);
        this.logShares = new float[logShares.size() * languages.size()];
        int row = 0;
        for (Map.Entry<Long, float[]> entry : logShares.entrySet()) {
            long trigram = entry.getKey();
            int slot = slot(trigram);
            trigrams[slot] = trigram;
            rows[slot] = row;
            int plain = plain(
                    (int) (trigram >>> (2 * CODE_POINT_BITS)),
                    (int) (trigram >>> CODE_POINT_BITS) & CODE_POINT,
                    (int) trigram & CODE_POINT);
            if (plain != NONE) {
                plainRows[plain] = row;
            }
            System.arraycopy(entry.getValue(), 0, this.logShares, row, languages.size());
            row += languages.size();
        }
    }

    /** The one language of a script, which needs no telling. */
    static LanguageProfiles only(String language) {
        return new LanguageProfiles(List.of(language), Map.of());
    }

    /** BCP 47 codes; Vietnamese stands twice, as it is written and without its marks. */
    List<String> languages() {
        return languages;
    }

    /** Three code points, lower case, in one key; blanks stand for all that is no letter. */
    private static long trigram(int first, int second, int third) {
        return (((long) first << CODE_POINT_BITS | second) << CODE_POINT_BITS) | third;
    }

    /** The number of three plain letters; {@link #NONE} if one of them is not. */
    private static int plain(int first, int second, int third) {
        int a = plain(first);
        int b = plain(second);
        int c = plain(third);
        return (a | b | c) < 0 ? NONE : (a * PLAIN_LETTERS + b) * PLAIN_LETTERS + c;
    }

    private static int plain(int letter) {
        return letter >= 'a' && letter <= 'z' ? letter - 'a' + 1 : letter == ' ' ? 0 : NONE;
    }

    /** Adds the log-likelihoods of three letters, lower case or blank, to the sum of each language. */
    void add(int first, int second, int third, float[] sums) {
        int plain = plain(first, second, third);
        int row = plain != NONE ? plainRows[plain] : rows[slot(trigram(first, second, third))];
        if (row != NONE) {
            for (int language = 0; language < sums.length; language++) {
                sums[language] += logShares[row + language];
            }
        }
    }

    private int slot(long trigram) {
        int slot = (int) ((trigram * 0x9E3779B97F4A7C15L) >>> 32) & (trigrams.length - 1);
        while (trigrams[slot] != 0 && trigrams[slot] != trigram) {
            slot = (slot + 1) & (trigrams.length - 1);
        }
        return slot;
    }

    private static LanguageProfiles load(String... codes) {
        List<String> languages = new ArrayList<>();
        List<Map<Long, Double>> counts = new ArrayList<>();
        for (String code : codes) {
            languages.add(code);
            counts.add(counts(code, false));
            if (code.equals("vi")) {
                languages.add(code);
                counts.add(counts(code, true));
            }
        }
        Map<Long, float[]> shares = new HashMap<>();
        for (int language = 0; language < counts.size(); language++) {
            double total = counts.get(language).values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            for (Map.Entry<Long, Double> count : counts.get(language).entrySet()) {
                shares.computeIfAbsent(count.getKey(), trigram -> floors(languages.size()))[language] =
                        (float) Math.log(count.getValue() / total + FLOOR);
            }
        }
        return new LanguageProfiles(List.copyOf(languages), shares);
    }

    private static float[] floors(int length) {
        float[] floors = new float[length];
        Arrays.fill(floors, (float) Math.log(FLOOR));
        return floors;
    }

    private static Map<Long, Double> counts(String code, boolean withoutMarks) {
        Map<Long, Double> counts = new HashMap<>();
        try (InputStream in = LanguageProfiles.class.getResourceAsStream("/languages/" + code)) {
            if (in == null) {
                throw new IOException("languages/" + code + " (expected: in the language-detector jar)");
            }
            for (Map.Entry<String, JsonNode> entry :
                    new ObjectMapper().readTree(in).path("freq").properties()) {
                String letters = withoutMarks ? withoutMarks(entry.getKey()) : entry.getKey();
                int[] points = letters.codePoints().map(Character::toLowerCase).toArray();
                if (points.length == 3) {
                    counts.merge(
                            trigram(points[0], points[1], points[2]),
                            entry.getValue().asDouble(),
                            Double::sum);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }

    /** As Vietnamese is typed in haste. */
    private static String withoutMarks(String letters) {
        return Normalizer2.getNFDInstance()
                .normalize(letters.replace('đ', 'd').replace('Đ', 'D'))
                .replaceAll("\\p{Mn}", "");
    }
}
