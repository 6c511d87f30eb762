package dev.weir.engine.stream;

import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.WindowSchedule;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way to one windowed expert: asked about some positions only, which the text alone decides. Its vote
 * counts from the position it was asked about until the next one it could be asked about.
 *
 * <p>In declared overload a position may be skipped when its queue lets nobody in. The text since the place before it is
 * then owed: the lane tries again at each place that follows, whatever the cascade wants there, and may skip those too as
 * long as the window of the next one still reaches back to what is owed. After that, and at the end of the text, it is
 * asked in any case, or, when experts may be put to sleep, the span stays unread. Either way the stream says so. An
 * expert that the policy requires is never skipped.
 *
 * <p>The same is done, overload or not, to the streams of a tenant that has had more windows than are its; only, that
 * leaves nothing unread but the end of a text that came too soon.
 *
 * <p>Where there is a prompt, the expert reads the window by itself and once more, with fewer tokens, after the prompt's
 * end; the higher vote of each category counts. So a prompt can raise the risk of a reply and never lower it.
 */
final class WindowedLane extends BatchedLane {

    private final WindowedExpert expert;
    private final CascadeSettings cascade;
    private final boolean required;
    private final TokenTail prompt;
    private final TokenTail text;
    private long prefixHash;
    private int validUntil;
    private int consideredAt;
    /** Place from which text is owed; -1 when none is. */
    private int owedFrom = -1;

    private boolean coarse;
    private boolean overslept;
    /** Scored at the place asked about last. */
    private final List<WindowRow> scored = new ArrayList<>(2);

    /**
     * @param required whether the policy wants its votes
     * @param prompt what the text answers; empty for nothing
     */
    WindowedLane(
            EnsembleSnapshot.Windowed member, CascadeSettings cascade, boolean required, TokenTail prompt, int number) {
        super(member.expert(), member.batcher(), member.load(), member.awake(), number);
        this.required = required;
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

    /**
     * Asks about the last token seen if it is a position to ask about; once for each.
     *
     * @param risk that before it
     * @param last whether the text is known to end with it
     */
    void consider(double risk, boolean last, RowTemplate template, Urgency urgency) {
        if (!isAwake() || !isReading() || consideredAt == text.seen()) {
            return;
        }
        consideredAt = text.seen();
        boolean scheduled = WindowSchedule.contains(text.seen(), expert.strideTokens());
        boolean due = owes() ? scheduled || last : scheduled && cascade.asks(risk, prefixHash);
        boolean roomForIt = load().admits(urgency);
        if (due && (required || (roomForIt && !template.asker().tenant().owesWindows()) || !skips(last, roomForIt))) {
            ask(template, urgency);
        }
    }

    /** The text is over: what is still owed will not be read. True when that was so. */
    boolean endOwing() {
        boolean owed = owes();
        if (owed) {
            leaveUnread();
        }
        return owed;
    }

    /** Whether some position was left to a later window. */
    boolean isCoarse() {
        return coarse;
    }

    @Override
    boolean hasOverslept() {
        return overslept;
    }

    private boolean owes() {
        return owedFrom >= 0;
    }

    /**
     * Passes over the last token seen, if that may be.
     *
     * @param roomForIt whether the queue would let it in, and only the tenant has had more than its share
     */
    private boolean skips(boolean last, boolean roomForIt) {
        int stride = expert.strideTokens();
        int from = owes() ? owedFrom : WindowSchedule.before(text.seen(), stride);
        if (!last && WindowSchedule.after(text.seen(), stride) - readable() <= from) {
            owedFrom = from;
            coarse = true;
            if (!roomForIt) {
                load().wentCoarse();
            }
            return true;
        }
        if (!roomForIt && load().maySleep()) {
            leaveUnread();
            return true;
        }
        return false;
    }

    private void leaveUnread() {
        owedFrom = -1;
        overslept = true;
        load().wentUnread();
    }

    private void ask(RowTemplate template, Urgency urgency) {
        owedFrom = -1;
        validUntil = WindowSchedule.after(text.seen(), expert.strideTokens());
        scored.clear();
        send(template.window(row(0), urgency));
        int read = prompt.kept(expert.promptTokens());
        if (read > 0) {
            send(template.window(row(read), urgency));
        }
        template.asker().tenant().spendWindows(read > 0 ? 2 : 1);
    }

    /** Tokens of the text that every row of a position holds. */
    private int readable() {
        int read = prompt.kept(expert.promptTokens());
        return expert.windowTokens() - 2 - (read == 0 ? 0 : read + 1);
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
