package dev.weir.engine.stream;

import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.WindowSchedule;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way to one windowed expert: asked about some positions only, which the text alone decides. Its vote
 * counts from the position it was asked about until the next one it could be asked about.
 *
 * <p>Where there is a prompt, the expert reads the window by itself and once more, with fewer tokens, after the prompt's
 * end; the higher vote of each category counts. So a prompt can raise the risk of a reply and never lower it.
 */
final class WindowedLane extends BatchedLane {

    private final WindowedExpert expert;
    private final CascadeSettings cascade;
    private final TokenTail prompt;
    private final TokenTail text;
    private long prefixHash;
    private int askedAt = -1;
    private int validUntil;
    /** Scored at the place asked about last. */
    private final List<WindowRow> scored = new ArrayList<>(2);

    /** @param prompt what the text answers; empty for nothing */
    WindowedLane(EnsembleSnapshot.Windowed member, CascadeSettings cascade, TokenTail prompt, int number) {
        super(member.expert(), member.batcher(), member.awake(), number);
        this.expert = member.expert();
        this.cascade = cascade;
        this.prompt = prompt;
        this.text = new TokenTail(expert.windowTokens() - 2);
    }

    /** Takes in the next token of the text, before its votes are decided. */
    void see(int id) {
        text.add(id);
        prefixHash = CascadeSettings.extend(prefixHash, id);
    }

    /** Whether the last token seen is a position to ask about; {@code risk} is that before it. */
    boolean isDue(double risk) {
        return isAwake()
                && isReading()
                && askedAt != text.seen()
                && WindowSchedule.contains(text.seen(), expert.strideTokens())
                && cascade.asks(risk, prefixHash);
    }

    void ask(RowTemplate template) {
        askedAt = text.seen();
        validUntil = WindowSchedule.after(askedAt, expert.strideTokens());
        scored.clear();
        send(template.window(row(0)));
        int read = prompt.kept(expert.promptTokens());
        if (read > 0) {
            send(template.window(row(read)));
        }
    }

    /** The window after the last {@code promptTokens} of the prompt, or by itself. */
    private WindowRow row(int promptTokens) {
        int before = promptTokens == 0 ? 1 : promptTokens + 2;
        int kept = text.kept(expert.windowTokens() - before - 1);
        int[] ids = new int[before + kept + 1];
        ids[0] = expert.clsToken();
        if (promptTokens > 0) {
            prompt.copy(promptTokens, ids, 1);
            ids[before - 1] = expert.sepToken();
        }
        text.copy(kept, ids, before);
        ids[before + kept] = expert.sepToken();
        return new WindowRow(ids, ids.length);
    }

    void onScored(WindowRow row) {
        answered();
        scored.add(row);
    }

    /** Whether nothing asked about is still to come. */
    boolean isReady() {
        return !isAwake() || !isUnderWay();
    }

    void vote(TokenVotes votes) {
        Ballot current = lastBallot();
        if (current != null && isReading()) {
            byte[] paper = paper(votes);
            for (int category = 0; category < paper.length; category++) {
                paper[category] = current.vote(category);
            }
        }
    }

    /** The votes that count at the last token seen. */
    @Override
    @Nullable
    Ballot lastBallot() {
        return isAwake() && !scored.isEmpty() && !isUnderWay() && text.seen() < validUntil ? this::highest : null;
    }

    private byte highest(int category) {
        byte highest = scored.getFirst().vote(category);
        for (WindowRow row : scored) {
            highest = (byte) Math.max(highest, row.vote(category));
        }
        return highest;
    }
}
