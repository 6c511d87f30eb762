package dev.weir.engine.stream;

import dev.weir.engine.ensemble.Mixture;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.NgramExpert;
import dev.weir.models.NgramState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream's way to an n-gram expert: it votes at once, on the thread of the stream, so it is always awake. */
final class NgramLane extends Lane {

    private final NgramState state;
    private boolean voted;

    NgramLane(NgramExpert expert) {
        super(expert);
        this.state = expert.newState();
    }

    @Override
    boolean isAwake() {
        return true;
    }

    /** Takes in the next token of the text and adds the votes on it. */
    void vote(long wordHash, Mixture mixture, Weights weights) {
        state.read(wordHash);
        voted = true;
        add(state::vote, mixture, weights);
    }

    /** Adds the votes that the last token of the tail would have if the text ended with it. */
    void voteProvisionally(List<TextCursor.TailToken> tail, Mixture mixture, Weights weights) {
        NgramState ahead = state.copy();
        tail.forEach(token -> ahead.read(token.wordHash()));
        add(ahead::vote, mixture, weights);
    }

    @Override
    @Nullable
    Ballot lastBallot() {
        return voted ? state::vote : null;
    }
}
