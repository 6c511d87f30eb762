package dev.weir.engine.stream;

import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.WindowSchedule;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way to one windowed expert: asked about some positions only, which the text alone decides. Its vote
 * counts from the position it was asked about until the next one it could be asked about.
 */
final class WindowedLane extends BatchedLane {

    private final WindowedExpert expert;
    private final CascadeSettings cascade;
    private final int[] lastIds;
    private int seen;
    private long prefixHash;
    private int askedAt = -1;
    private int validUntil;
    private @Nullable WindowRow vote;

    WindowedLane(EnsembleSnapshot.Windowed member, CascadeSettings cascade, int number) {
        super(member.expert(), member.batcher(), member.awake(), number);
        this.expert = member.expert();
        this.cascade = cascade;
        this.lastIds = new int[expert.windowTokens() - 2];
    }

    /** Takes in the next token of the text, before its votes are decided. */
    void see(int id) {
        lastIds[seen % lastIds.length] = id;
        prefixHash = CascadeSettings.extend(prefixHash, id);
        seen++;
    }

    /** Whether the last token seen is a position to ask about; {@code risk} is that before it. */
    boolean isDue(double risk) {
        return isAwake()
                && isReading()
                && askedAt != seen
                && WindowSchedule.contains(seen, expert.strideTokens())
                && cascade.asks(risk, prefixHash);
    }

    ExpertSession.WindowedRow row(RowTemplate template) {
        askedAt = seen;
        validUntil = WindowSchedule.after(seen, expert.strideTokens());
        vote = null;
        int kept = Math.min(seen, lastIds.length);
        int[] ids = new int[kept + 2];
        ids[0] = expert.clsToken();
        for (int i = 0; i < kept; i++) {
            ids[i + 1] = lastIds[(seen - kept + i) % lastIds.length];
        }
        ids[kept + 1] = expert.sepToken();
        return template.window(new WindowRow(ids, ids.length));
    }

    void onScored(WindowRow row) {
        answered();
        vote = row;
    }

    /** Whether nothing asked about is still to come. */
    boolean isReady() {
        return !isAwake() || !isUnderWay();
    }

    void vote(TokenVotes votes) {
        Ballot current = lastBallot();
        if (current != null) {
            cast(current, votes);
        }
    }

    /** The votes that count at the last token seen. */
    @Override
    @Nullable
    Ballot lastBallot() {
        return vote != null && seen < validUntil ? vote::vote : null;
    }
}
