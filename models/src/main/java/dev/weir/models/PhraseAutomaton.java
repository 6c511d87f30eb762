package dev.weir.models;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * All phrases of a lexicon in one Aho-Corasick automaton over the phrase view, every transition in one array: a new
 * character costs one look-up, whatever came before, and all a stream keeps of its text is one state.
 *
 * <p>A phrase matches whole words: it is stored with a blank before and after, a text begins after a blank, and runs
 * of blanks count as one. So a match becomes final with the first character after it.
 */
final class PhraseAutomaton {
    /** Longest phrase in characters of the phrase view, its blanks included. */
    static final int LONGEST = 96;

    /** Characters a cursor knows the offsets of: a power of two, and more than the longest phrase. */
    static final int REMEMBERED = 128;

    static final int BLANK = 1;
    private static final int ROOT = 0;

    private final short[] symbols = new short[0x10000];
    private final int symbolCount;
    /** A state is the place of its first transition here. */
    private final int[] next;

    private final List<List<Phrase>> outputs;
    private final int start;

    /** {@code length} counts the blanks before and after. */
    record Phrase(Rule rule, int length) {}

    PhraseAutomaton(List<String> texts, List<Rule> rules) {
        symbols[' '] = BLANK;
        int count = BLANK + 1;
        int states = 1;
        for (String text : texts) {
            for (int j = 0; j < text.length(); j++) {
                char c = text.charAt(j);
                if (symbols[c] == 0) {
                    symbols[c] = (short) count++;
                }
            }
            states += text.length();
        }
        symbolCount = count;
        next = new int[states * symbolCount];
        outputs = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            outputs.add(new ArrayList<>(0));
        }
        int used = 1;
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            int state = ROOT;
            for (int j = 0; j < text.length(); j++) {
                char c = text.charAt(j);
                int at = state + symbols[c];
                if (next[at] == ROOT) {
                    next[at] = used++ * symbolCount;
                }
                state = next[at];
            }
            matches(state).add(new Phrase(rules.get(i), text.length()));
        }
        link(states);
        start = step(ROOT, BLANK);
    }

    /** Breadth first, so that a state's fallback is complete before it is copied; symbol 0 always leads to the root. */
    private void link(int states) {
        int[] fallback = new int[states];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int s = 1; s < symbolCount; s++) {
            if (next[s] != ROOT) {
                queue.add(next[s]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            int fallenTo = fallback[state / symbolCount];
            matches(state).addAll(matches(fallenTo));
            for (int s = 1; s < symbolCount; s++) {
                int at = state + s;
                int fallen = next[fallenTo + s];
                if (next[at] == ROOT) {
                    next[at] = fallen;
                } else {
                    fallback[next[at] / symbolCount] = fallen;
                    queue.add(next[at]);
                }
            }
        }
    }

    int start() {
        return start;
    }

    int symbol(char c) {
        return symbols[c];
    }

    int step(int state, int symbol) {
        return next[state + symbol];
    }

    /** Phrases that end in this state, longest first. */
    List<Phrase> matches(int state) {
        return outputs.get(state / symbolCount);
    }

    /** A rule's text as it is stored. */
    static String stored(String text) {
        StringBuilder folded = new StringBuilder(" ");
        text.codePoints().forEach(c -> folded.append(FoldedView.phrase(c)));
        return (folded + " ").replaceAll(" +", " ");
    }

    /** Reads one text. */
    static final class Cursor implements PhraseReader {
        private final PhraseAutomaton automaton;
        /** Raw offsets of the last characters of the phrase view. */
        private final int[] offsets = new int[REMEMBERED];

        private int count = 1;
        private int state;
        private boolean afterBlank = true;

        Cursor(PhraseAutomaton automaton) {
            this.automaton = automaton;
            state = automaton.start();
        }

        @Override
        public void take(char c, int offset, MatchSink sink) {
            if (c == ' ') {
                blank(offset, offset + 1, sink);
            } else {
                afterBlank = false;
                offsets[count++ & (REMEMBERED - 1)] = offset;
                state = automaton.step(state, automaton.symbol(c));
            }
        }

        /** Goes on as the other would. */
        void follow(Cursor other) {
            System.arraycopy(other.offsets, 0, offsets, 0, REMEMBERED);
            count = other.count;
            state = other.state;
            afterBlank = other.afterBlank;
        }

        /** Whether both would report the same from here on, but for offsets that lie behind. */
        boolean isWhere(Cursor other) {
            return state == other.state && afterBlank == other.afterBlank;
        }

        /** The end of a text is a blank. */
        void end(int length, MatchSink sink) {
            blank(length, length, sink);
        }

        private void blank(int offset, int length, MatchSink sink) {
            if (afterBlank) {
                return;
            }
            afterBlank = true;
            offsets[count++ & (REMEMBERED - 1)] = offset;
            state = automaton.step(state, BLANK);
            report(length, sink);
        }

        private void report(int length, MatchSink sink) {
            List<Phrase> matches = automaton.matches(state);
            for (int i = 0; i < matches.size(); i++) {
                Phrase phrase = matches.get(i);
                int from = offsets[(count - phrase.length() + 1) & (REMEMBERED - 1)];
                int to = offsets[(count - 2) & (REMEMBERED - 1)] + 1;
                if (to - from <= phrase.rule().maxLength()) {
                    sink.match(new RuleMatch(phrase.rule(), from, to, length));
                }
            }
        }
    }
}
