package dev.weir.engine.stream;

import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.models.NgramExpert;
import dev.weir.models.NgramState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream's way to an n-gram expert: it votes at once, on the thread of the stream, so it is always awake. */
final class NgramLane extends Lane {

    private final NgramState state;
    private boolean voted;

    NgramLane(NgramExpert expert, int number) {
        super(expert, number);
        this.state = expert.newState();
    }

    @Override
    boolean isAwake() {
        return true;
    }

    /** Takes in the next token of the text and casts its votes on it. */
    void vote(long wordHash, TokenVotes votes) {
        state.read(wordHash);
        voted = true;
        if (isReading()) {
            state.copyVotes(paper(votes));
        }
    }

    /** Casts the votes that the last token of the tail would have if the text ended with it. */
    void voteProvisionally(List<TextCursor.TailToken> tail, TokenVotes votes) {
        NgramState ahead = state.copy();
        tail.forEach(token -> ahead.read(token.wordHash()));
        if (isReading()) {
            ahead.copyVotes(paper(votes));
        }
    }

    @Override
    @Nullable
    Ballot lastBallot() {
        return voted ? state::vote : null;
    }
}
