package dev.weir.engine.trace;

import dev.weir.engine.decision.Decider;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.models.Rule;
import java.util.List;

/** Feeds one text's recording to a decider, as the stream fed it. */
public class DeciderFeed implements TextEvents {

    private final Decider decider;

    public DeciderFeed(Decider decider) {
        this.decider = decider;
    }

    @Override
    public final void token(long start, long end, TokenVotes votes) {
        decider.onToken(start, end, votes.mix());
    }

    @Override
    public final void match(Rule rule, long start, long end) {
        decider.onMatch(rule, start, end);
    }

    @Override
    public void unread(List<String> experts, long at) {
        decider.onUnread(experts, at);
    }

    @Override
    public void broken(List<String> experts, long at) {
        decider.onBroken(experts, at);
    }
}
