package dev.weir.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds phrases whose words were cut into pieces ("k i l l", "k-i-l-l", "ki ll"), by reading the text without its
 * blanks. A phrase counts if it begins and ends where words of the text do, and these are at least {@value #CUTS} more
 * than the phrase has: what is written as it should be is the plain reader's. Also notices long runs of single letters.
 * Constant memory, not thread-safe.
 */
final class SpelledOutReader implements PhraseReader {

    /** Shorter phrases come about by chance. */
    private static final int SHORTEST = 8;

    private static final int CUTS = 2;
    private static final int RING = 128;
    /** Single letters in a row that are still a table, an alphabet or a crossword. */
    static final int MOST_SINGLES = 40;

    private static final int FEWEST_DISTINCT = 8;

    private final Phrases phrases;
    private final Rule singlesRule;
    private final int[] offsets = new int[RING];
    /** Number of the word that a letter belongs to. */
    private final int[] words = new int[RING];

    private int count;
    private int word;
    private int state;
    private int wordLetters;
    private int single;
    private int singles;
    private int singlesStart;
    private int distinct;

    /** The lexicon's phrases without their blanks. Immutable. */
    static final class Phrases {
        private final PhraseAutomaton automaton;
        private final Map<Rule, Integer> words = new HashMap<>();

        /** @param texts as the automaton stores them, with blanks before and after */
        Phrases(List<String> texts, List<Rule> rules) {
            List<String> squeezed = new ArrayList<>();
            List<Rule> kept = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i).replace(" ", "");
                if (text.length() >= SHORTEST) {
                    squeezed.add(text);
                    kept.add(rules.get(i));
                    words.put(rules.get(i), texts.get(i).strip().split(" ").length);
                }
            }
            automaton = new PhraseAutomaton(squeezed, kept);
        }
    }

    SpelledOutReader(Phrases phrases, Rule singlesRule) {
        this.phrases = phrases;
        this.singlesRule = singlesRule;
    }

    @Override
    public void take(char c, int offset, MatchSink sink) {
        if (c == ' ') {
            endWord(offset + 1, sink);
        } else {
            offsets[count & (RING - 1)] = offset;
            words[count & (RING - 1)] = word;
            count++;
            wordLetters++;
            single = c;
            state = phrases.automaton.step(state, phrases.automaton.symbol(c));
        }
    }

    void end(int length, MatchSink sink) {
        endWord(length, sink);
    }

    private void endWord(int length, MatchSink sink) {
        if (wordLetters == 0) {
            return;
        }
        reportPhrases(length, sink);
        if (wordLetters == 1 && isLetter(single)) {
            if (singles == 0) {
                singlesStart = offsets[(count - 1) & (RING - 1)];
            }
            singles++;
            distinct |= 1 << (single - 'a');
            if (singles == MOST_SINGLES + 1 && Integer.bitCount(distinct) >= FEWEST_DISTINCT) {
                reportSingles(length, sink);
            }
        } else {
            singles = 0;
            distinct = 0;
        }
        wordLetters = 0;
        word++;
    }

    private void reportPhrases(int length, MatchSink sink) {
        List<PhraseAutomaton.Phrase> matches = phrases.automaton.matches(state);
        for (int i = 0; i < matches.size(); i++) {
            PhraseAutomaton.Phrase phrase = matches.get(i);
            int first = count - phrase.length();
            boolean startsWord = first == 0 || words[(first - 1) & (RING - 1)] != words[first & (RING - 1)];
            int pieces = word - words[first & (RING - 1)] + 1;
            int from = offsets[first & (RING - 1)];
            int to = offsets[(count - 1) & (RING - 1)] + 1;
            if (startsWord
                    && pieces >= phrases.words.getOrDefault(phrase.rule(), 0) + CUTS
                    && to - from <= phrase.rule().maxLength()) {
                sink.match(new RuleMatch(phrase.rule(), from, to, length));
            }
        }
    }

    private void reportSingles(int length, MatchSink sink) {
        sink.match(new RuleMatch(singlesRule, singlesStart, offsets[(count - 1) & (RING - 1)] + 1, length));
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z';
    }
}
