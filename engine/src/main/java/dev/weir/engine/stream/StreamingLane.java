package dev.weir.engine.stream;

import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.Role;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.TokenRow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One stream's way to one streaming expert: sees every token once, in order, through a slot of its arena. */
final class StreamingLane extends BatchedLane {

    private final StreamingExpert expert;
    private final StateArena states;
    private final Optional<StateArena.Slot> slot;
    private final int startToken;
    private boolean started;
    private int sent;
    private int scored;
    /** Scored rows that still hold votes of undecided tokens, with the number of the first token of each. */
    private final Deque<ScoredRow> held = new ArrayDeque<>();

    private @Nullable TokenRow provisional;
    private @Nullable TokenRow decidedRow;
    private int decidedToken;

    /** @param skip rows of the start token before the first of the text: 1 in the first row, else 0 */
    private record ScoredRow(TokenRow row, int firstToken, int skip) {
        int endToken() {
            return firstToken + row.count() - skip;
        }
    }

    StreamingLane(EnsembleSnapshot.Streaming member, Role role, int number) {
        super(member.expert(), member.batcher(), member.load(), member.awake(), number);
        this.expert = member.expert();
        this.states = member.states();
        this.slot = member.awake() ? states.acquire() : Optional.empty();
        this.startToken = expert.startToken(role);
        if (slot.isEmpty()) {
            sleep();
        }
    }

    /** The row of everything that came since the last one, as far as one run can take it; null when nothing did. */
    ExpertSession.@Nullable TokensRow nextRow(TokenBuffer tokens, RowTemplate template, Urgency urgency) {
        int skip = started ? 0 : 1;
        int count = Math.min(tokens.size() - sent, expert.maxTokens() - skip);
        if (count <= 0 || !isAwake() || isUnderWay()) {
            return null;
        }
        int[] ids = new int[count + skip];
        ids[0] = startToken;
        for (int i = 0; i < count; i++) {
            ids[i + skip] = tokens.id(sent + i);
        }
        started = true;
        sent += count;
        return template.tokens(new TokenRow(slot.orElseThrow(), ids, ids.length, false), urgency);
    }

    /** A row that scores the tail without settling it. */
    ExpertSession.TokensRow provisionalRow(List<TextCursor.TailToken> tail, RowTemplate template, Urgency urgency) {
        int skip = started ? 0 : 1;
        int count = Math.min(tail.size(), expert.maxTokens() - skip);
        int[] ids = new int[count + skip];
        ids[0] = startToken;
        for (int i = 0; i < count; i++) {
            ids[i + skip] = tail.get(i).id();
        }
        return template.tokens(new TokenRow(slot.orElseThrow(), ids, ids.length, true), urgency);
    }

    void onScored(TokenRow row) {
        answered();
        if (row.provisional()) {
            provisional = row;
            return;
        }
        int skip = scored == 0 ? 1 : 0;
        ScoredRow scoredRow = new ScoredRow(row, scored, skip);
        scored = scoredRow.endToken();
        held.add(scoredRow);
    }

    /** Whether this token's votes are there, or will never be. */
    boolean isReady(int token) {
        return !isAwake() || token < scored;
    }

    /** Casts the votes on a token, if there are any, and forgets those before it. */
    void vote(int token, TokenVotes votes) {
        while (!held.isEmpty() && held.getFirst().endToken() <= token) {
            held.removeFirst();
        }
        if (!held.isEmpty() && held.getFirst().firstToken() <= token) {
            ScoredRow scoredRow = held.getFirst();
            decidedRow = scoredRow.row();
            decidedToken = token - scoredRow.firstToken() + scoredRow.skip();
            if (isReading()) {
                scoredRow.row().copyVotes(decidedToken, paper(votes));
            }
        }
    }

    @Override
    @Nullable
    Ballot lastBallot() {
        TokenRow row = decidedRow;
        return row == null ? null : category -> row.vote(decidedToken, category);
    }

    /** Casts the last votes of the provisional row; false when there is none. */
    boolean voteProvisionally(TokenVotes votes) {
        if (provisional == null) {
            return false;
        }
        if (isReading()) {
            provisional.copyVotes(provisional.count() - 1, paper(votes));
        }
        return true;
    }

    void forgetProvisional() {
        provisional = null;
    }

    /** First token that has not been handed to the expert. */
    int sent() {
        return isAwake() ? sent : Integer.MAX_VALUE;
    }

    void release() {
        slot.ifPresent(states::release);
    }
}
