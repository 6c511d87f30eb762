package dev.weir.engine.stream;

import dev.weir.models.LanguageRecognizer;
import dev.weir.models.Lexicon;
import dev.weir.models.MatchSink;
import dev.weir.models.RecentLanguages;
import dev.weir.models.RuleMatch;
import dev.weir.models.TokenSink;
import dev.weir.models.WordPiece;
import dev.weir.protocol.Units;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text in deltas, cut anywhere, and yields what no later character can change: settled tokens and final lexicon
 * matches, with positions in the raw text. Plain state, one thread at a time.
 *
 * <p>Everything happens code point by code point, so how the text was cut cannot show. Half a surrogate pair waits for
 * the next delta; if its other half is not there, it counts as one code point and is read as U+FFFD.
 */
final class TextCursor {

    private static final int REPLACEMENT = 0xFFFD;
    /** Code points behind the end of the text that a phrase is traced back; one stretched further begins here. */
    private static final int PHRASE_REACH = 512;

    /** A lexicon match with the positions of its ends. */
    record FoundMatch(RuleMatch match, long start, long end) {}

    /** From {@code position} on the text is taken to be in these languages. */
    record LanguageMark(RecentLanguages languages, long position) {}

    /** A token that the tail would hold if the text ended here. */
    record TailToken(int id, long wordHash) {}

    private final WordPiece.Cursor tokenizer;
    private final Lexicon.Cursor lexicon;
    private final UnitMap units;
    /** Made once: there is a call for each character. */
    private final TokenSink onToken = this::addToken;

    private final MatchSink onMatch = this::addMatch;
    private final TokenBuffer tokens = new TokenBuffer();
    private final Deque<FoundMatch> matches = new ArrayDeque<>();
    private final LanguageRecognizer recognizer = new LanguageRecognizer();
    private final Deque<LanguageMark> languages = new ArrayDeque<>();
    private RecentLanguages recent = recognizer.recent();
    private char pendingSurrogate;
    private boolean ended;

    TextCursor(Units units, WordPiece tokenizer, Lexicon lexicon) {
        this.units = new UnitMap(units);
        this.tokenizer = tokenizer.newCursor();
        this.lexicon = lexicon.newCursor();
    }

    void append(String delta) {
        for (int i = 0; i < delta.length(); i++) {
            append(delta.charAt(i));
        }
        int needed = Math.min(tokenizer.settledOffset(), lexicon.holdFrom());
        units.forgetBefore(Math.min(needed, units.length() - PHRASE_REACH));
    }

    /** Settles the tail. */
    void end() {
        settlePendingSurrogate();
        tokenizer.end(onToken);
        lexicon.end(onMatch);
        ended = true;
    }

    TokenBuffer tokens() {
        return tokens;
    }

    /** The next final match in the order in which matches became final, or null. */
    @Nullable
    FoundMatch firstMatch() {
        return matches.peekFirst();
    }

    void removeFirstMatch() {
        matches.removeFirst();
    }

    /** Takes the next change of language, if it was noticed at or before {@code position}. */
    @Nullable
    RecentLanguages takeLanguages(long position) {
        return languages.isEmpty() || languages.getFirst().position() > position
                ? null
                : languages.removeFirst().languages();
    }

    /** First position of a final match that has not been removed; {@link Long#MAX_VALUE} without one. */
    long earliestMatchStart() {
        long earliest = Long.MAX_VALUE;
        for (FoundMatch found : matches) {
            earliest = Math.min(earliest, found.start());
        }
        return earliest;
    }

    /** Tokens of the unsettled tail as if the text ended here; changes nothing. */
    List<TailToken> tail() {
        List<TailToken> tail = new ArrayList<>();
        tokenizer.peekTail((id, start, end, wordHash) -> tail.add(new TailToken(id, wordHash)));
        return tail;
    }

    /** Where the unsettled tail begins. */
    long settled() {
        return ended ? length() : units.position(tokenizer.settledOffset());
    }

    /** First position that a later character could still make part of a lexicon match. */
    long lexiconHold() {
        return ended ? length() : units.position(lexicon.holdFrom());
    }

    long length() {
        return units.position(units.length());
    }

    boolean isEnded() {
        return ended;
    }

    /** Length of all that was received, in the stream's unit; half a surrogate pair counts as one. */
    int receivedUnits() {
        return units.unitLength() + (pendingSurrogate == 0 ? 0 : 1);
    }

    private void append(char unit) {
        if (Character.isHighSurrogate(unit)) {
            settlePendingSurrogate();
            pendingSurrogate = unit;
        } else if (Character.isLowSurrogate(unit)) {
            if (pendingSurrogate == 0) {
                append(REPLACEMENT);
            } else {
                int codePoint = Character.toCodePoint(pendingSurrogate, unit);
                pendingSurrogate = 0;
                append(codePoint);
            }
        } else {
            settlePendingSurrogate();
            append((int) unit);
        }
    }

    private void settlePendingSurrogate() {
        if (pendingSurrogate != 0) {
            pendingSurrogate = 0;
            append(REPLACEMENT);
        }
    }

    private void append(int codePoint) {
        units.append(codePoint);
        if (recognizer.append(codePoint)) {
            addLanguages(recognizer.recent());
        }
        lexicon.append(codePoint, onMatch);
        tokenizer.append(codePoint, onToken);
    }

    private void addLanguages(RecentLanguages now) {
        if (!now.equals(recent)) {
            recent = now;
            languages.add(new LanguageMark(now, length()));
        }
    }

    private void addToken(int id, int start, int end, long wordHash) {
        tokens.add(id, units.position(start), units.position(end), wordHash);
    }

    /** A secret's start is kept by the hold; a phrase's may be long ago. */
    private void addMatch(RuleMatch match) {
        int start = match.rule().replacement() == null
                ? Math.max(match.start(), match.decidedAt() - PHRASE_REACH)
                : match.start();
        matches.add(new FoundMatch(match, units.position(start), units.position(Math.max(start, match.end()))));
    }
}
