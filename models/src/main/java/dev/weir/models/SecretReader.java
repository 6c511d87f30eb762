package dev.weir.models;

import java.util.Arrays;

/**
 * Finds one kind of structured secret in the plain view of one text, from left to right: of the matches that start
 * first the longest, then on after it.
 *
 * <p>It keeps the characters from the first place where a match may still begin, and nothing before. So its hold,
 * the raw offset of that place, cannot be passed by the start of any later match, at any cut of any text; that is the
 * law of release, held by construction and not by each kind's care. A kind only says how far the longest match from
 * the first kept character reaches, one character at a time: when it finds that no match, or none longer, is possible,
 * the match is reported and its characters forgotten, or else the first character is, and the rest is read again.
 * Kinds begin only at the edge of a run of their own characters, so little is read twice.
 *
 * <p>Characters that show nothing are not given to it. They lengthen a match in the raw text by at most {@link
 * #MOST_HIDDEN}; past that what was found so far is final.
 */
abstract class SecretReader {
    /** Stands for the end of the text and for cuts; no secret contains it. */
    static final int BREAK = FoldedView.OTHER;

    static final int MOST_HIDDEN = 64;
    private static final int SMALL = 64;

    /** What a kind makes of one more character. */
    enum Step {
        /** A match, or a longer one, is still possible. */
        ON,
        /** No (longer) match is possible; the character is not part of one. */
        DEAD,
        /** The character completes a match that cannot become longer. */
        DONE
    }

    private final Rule rule;
    private char[] characters = {};
    private int[] offsets = {};
    private int head;
    private int tail;
    /** Characters the kind has seen since {@link #restart}. */
    private int seen;

    private int longest;
    private int before = BREAK;
    private int beforeThat = BREAK;

    SecretReader(Rule rule) {
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }

    /**
     * Whether a match may begin with {@code c}, an ASCII character; before it stood {@code before} and {@code
     * beforeThat}. Letters before it are all alike, and so are digits; after {@link #BREAK} whatever may begin does.
     */
    abstract boolean mayStart(int beforeThat, int before, int c);

    /** Forgets the candidate. */
    abstract void restart(int beforeThat, int before);

    /** Takes the next character of the candidate, {@link #BREAK} at its end. */
    abstract Step step(int c);

    /** Says that the characters before the one being read are a match. */
    final void acceptBefore() {
        acceptBefore(0);
    }

    /** Says that the characters before the one being read, but for the last few of them, are a match. */
    final void acceptBefore(int trailing) {
        longest = seen - trailing;
    }

    /** Says that the characters up to the one being read are a match. */
    final void acceptThrough() {
        longest = seen + 1;
    }

    final boolean accepted() {
        return longest > 0;
    }

    /** Characters of the candidate before the one being read. */
    final int seen() {
        return seen;
    }

    final char character(int i) {
        return characters[head + i];
    }

    /** Whether nothing is kept, so that only a character a match may begin with makes a difference. */
    final boolean isIdle() {
        return head == tail;
    }

    /** The raw offset a later match cannot start before; {@code length} if nothing is kept. */
    final int holdFrom(int length) {
        return head == tail ? length : offsets[head];
    }

    /**
     * Takes one character. One that is {@linkplain #isIdle idle} may be spared those that no match begins with.
     *
     * @param beforeChar the character before it, {@link #BREAK} at the start
     * @param beforeThatChar the one before that
     */
    final void append(int beforeThatChar, int beforeChar, int c, int offset, MatchSink sink) {
        if (head < tail && offset - offsets[head] >= rule.maxLength()) {
            end(offset + 1, sink);
        }
        if (head == tail) {
            if (!mayStart(beforeThatChar, beforeChar, c)) {
                return;
            }
            beforeThat = beforeThatChar;
            before = beforeChar;
            if (characters.length == 0) {
                characters = new char[SMALL];
                offsets = new int[SMALL];
            }
            head = 0;
            tail = 0;
            seen = 0;
            longest = 0;
            restart(beforeThat, before);
        } else if (tail == characters.length) {
            makeRoom();
        }
        characters[tail] = (char) c;
        offsets[tail++] = offset;
        read(offset + 1, false, sink);
        if (head == tail && characters.length > 4 * SMALL) {
            characters = new char[SMALL];
            offsets = new int[SMALL];
            head = 0;
            tail = 0;
        }
    }

    /** Nothing kept can go on: reports what is a match as it stands. */
    final void end(int length, MatchSink sink) {
        read(length, true, sink);
    }

    private void read(int length, boolean ended, MatchSink sink) {
        while (head < tail) {
            Step step = Step.ON;
            while (step == Step.ON && head + seen < tail) {
                step = step(characters[head + seen]);
                seen++;
            }
            if (step == Step.ON) {
                if (!ended) {
                    return;
                }
                step(BREAK);
            }
            if (longest > 0) {
                sink.match(new RuleMatch(rule, offsets[head], offsets[head + longest - 1] + 1, length));
            }
            forget(Math.max(1, longest));
        }
    }

    private void forget(int count) {
        for (int i = 0; i < count; i++) {
            beforeThat = before;
            before = characters[head++];
        }
        while (head < tail && !mayStart(beforeThat, before, characters[head])) {
            beforeThat = before;
            before = characters[head++];
        }
        seen = 0;
        longest = 0;
        restart(beforeThat, before);
    }

    private void makeRoom() {
        int kept = tail - head;
        if (kept * 2 > characters.length) {
            characters = Arrays.copyOfRange(characters, head, head + characters.length * 2);
            offsets = Arrays.copyOfRange(offsets, head, head + offsets.length * 2);
        } else {
            System.arraycopy(characters, head, characters, 0, kept);
            System.arraycopy(offsets, head, offsets, 0, kept);
        }
        head = 0;
        tail = kept;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isAlphanumeric(int c) {
        return isDigit(c) || isLetter(c);
    }
}
