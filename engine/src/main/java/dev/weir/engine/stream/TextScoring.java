package dev.weir.engine.stream;

import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.trace.TextRecorder;
import dev.weir.models.Category;
import dev.weir.models.NgramExpert;
import dev.weir.models.RecentLanguages;
import dev.weir.models.Role;
import dev.weir.protocol.Units;
import dev.weir.protocol.Utf8Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Moves one text through the experts and into decisions. Tokens go out to the streaming experts as soon as the cursor
 * has settled them; decisions follow in the order of the text, each as soon as every vote it needs is there. What is
 * decided at an offset depends on the text before it and on nothing else: not on the cuts, the speed or the neighbours.
 *
 * <p>Owned by one actor. {@link #advance()} after every call that brings something new.
 */
final class TextScoring {

    /** Sees the votes on each token once, in the order of the text. */
    @FunctionalInterface
    interface VoteObserver {

        VoteObserver NONE = (tokens, cast, logOdds) -> {};

        void voted(int tokens, TokenVotes cast, double[] logOdds);
    }

    private final EnsembleSnapshot ensemble;
    private final Urgency urgency;
    private final Asker asker;
    private final TextCursor cursor;
    private final Decider decider;
    private final TextRecorder trace;
    private final VoteObserver votes;
    private final TokenTail tail;
    private final TokenVotes tokenVotes;
    private final List<StreamingLane> streaming = new ArrayList<>();
    private final List<WindowedLane> windowed = new ArrayList<>();
    private final List<NgramLane> ngrams = new ArrayList<>();
    /** Those with a session, each at the number its rows carry. */
    private final List<BatchedLane> batched = new ArrayList<>();
    /** All of them. */
    private final List<Lane> lanes = new ArrayList<>();

    private final List<RowTemplate> templates = new ArrayList<>();
    /** Tokens decided so far. */
    private int decided;
    /** Tokens the windowed lanes have seen: decided, or decided next. */
    private int seen;
    /** Experts known to be lost before; null until that is first looked at. */
    private @Nullable List<String> knownBroken;

    private List<String> broken = List.of();
    private List<String> unread = List.of();
    private List<String> overslept = List.of();
    private List<String> asleep = List.of();
    private boolean coarse;

    private boolean flushing;
    private boolean flushed;
    private long provisionalLength = -1;
    private long flushedThrough;
    private double provisionalRisk;

    /**
     * @param prompt what the text answers; empty for nothing
     * @param urgency of its rows, as long as the risk is not near a stop
     * @param recording makes what writes down what is decided from these voters' votes
     * @param votes is shown each token's votes, and what they were mixed to; see {@link StreamListener#voted}
     */
    TextScoring(
            EnsembleSnapshot ensemble,
            CascadeSettings cascade,
            Units units,
            Role role,
            TokenTail prompt,
            Decider decider,
            Urgency urgency,
            Function<List<Voter>, TextRecorder> recording,
            VoteObserver votes,
            Asker asker) {
        this.ensemble = ensemble;
        this.urgency = urgency;
        this.asker = asker;
        this.cursor = new TextCursor(units, ensemble.tokenizer(), ensemble.lexicon());
        this.decider = decider;
        this.votes = votes;
        this.tail = new TokenTail(role == Role.PROMPT ? ensemble.promptTokens() : 0);
        for (EnsembleSnapshot.Streaming member : ensemble.streaming()) {
            if (member.expert().reads(role)) {
                streaming.add(new StreamingLane(member, role, streaming.size()));
            }
        }
        batched.addAll(streaming);
        for (EnsembleSnapshot.Windowed member : ensemble.windowed()) {
            if (member.expert().reads(role)) {
                windowed.add(new WindowedLane(
                        member,
                        cascade,
                        decider.requires(member.expert().name()),
                        prompt,
                        streaming.size() + windowed.size()));
            }
        }
        batched.addAll(windowed);
        for (NgramExpert expert : ensemble.ngrams()) {
            if (expert.reads(role)) {
                ngrams.add(new NgramLane(expert, batched.size() + ngrams.size()));
            }
        }
        for (int number = 0; number < batched.size(); number++) {
            templates.add(new RowTemplate(number, asker));
        }
        lanes.addAll(batched);
        lanes.addAll(ngrams);
        tokenVotes = new TokenVotes(lanes.stream().map(Lane::voter).toList(), ensemble.weights());
        trace = recording.apply(tokenVotes.voters());
        nameSleepers();
    }

    TextCursor cursor() {
        return cursor;
    }

    Decider decider() {
        return decider;
    }

    /** The end of a prompt, as far as a reply to it is read with it. */
    TokenTail tail() {
        return tail;
    }

    void append(String delta) {
        flushing = false;
        cursor.append(delta);
    }

    void append(Utf8Text delta) {
        flushing = false;
        cursor.append(delta);
    }

    void end() {
        flushing = false;
        cursor.end();
    }

    /** Scores the tail as if the text ended here, once everything before it is decided. */
    void flush() {
        flushing = !cursor.isEnded();
    }

    /** Whether a flush has been answered since this was last asked. */
    boolean takeFlushed() {
        boolean taken = flushed;
        flushed = false;
        return taken;
    }

    void onReply(ExpertSession.Reply reply) {
        switch (reply) {
            case ExpertSession.Scored scored -> onScored(scored.row());
            case ExpertSession.Failed failed -> {
                BatchedLane lane = lane(failed.row());
                lane.answered();
                lane.sleep();
                nameSleepers();
            }
        }
    }

    /** Puts to sleep every expert whose vote is later than this; true when there was one. */
    boolean sleepLateExperts(long timeoutNanos, long nowNanos) {
        boolean any = false;
        for (BatchedLane lane : batched) {
            if (lane.isAwake() && lane.isLaterThan(timeoutNanos, nowNanos)) {
                lane.sleep();
                any = true;
            }
        }
        if (any) {
            nameSleepers();
        }
        return any;
    }

    /** Sends what can be sent and decides what can be decided. */
    void advance() {
        sendTokens();
        while (!decider.isStopped() && (decideNextMatch() || decideNextToken())) {
            // each turn decides one thing, in the order of the text
        }
        if (cursor.isEnded() && decided == cursor.tokens().size()) {
            followLanguages(cursor.length());
            endOwing();
        }
        int needed = decided;
        for (StreamingLane lane : streaming) {
            needed = Math.min(needed, lane.sent());
        }
        cursor.tokens().forgetBefore(Math.max(0, needed));
        if (flushing) {
            scoreTail();
        }
    }

    /**
     * Decides about experts that do not vote any more, where more of them are lost than were before.
     *
     * @param onPrompt those lost on the prompt that this text answers
     */
    void decideBroken(List<String> onPrompt) {
        if (knownBroken == null ? broken.isEmpty() && onPrompt.isEmpty() : broken.equals(knownBroken)) {
            return;
        }
        knownBroken = broken;
        trace.broken(broken, scoredThrough());
        decider.onBroken(Stream.concat(onPrompt.stream(), broken.stream()).toList(), scoredThrough());
    }

    /** Whether the whole text has been decided. */
    boolean isDone() {
        return cursor.isEnded() && decided == cursor.tokens().size() && cursor.firstMatch() == null;
    }

    int decidedTokens() {
        return decided;
    }

    int settledTokens() {
        return cursor.tokens().size();
    }

    /** How far votes have been mixed and decided; with a flush, the provisional ones too. */
    long scoredThrough() {
        long settled = decided < cursor.tokens().size() ? cursor.tokens().start(decided) : cursor.settled();
        return Math.max(settled, flushedThrough);
    }

    /** How much may be shown in gate mode. */
    long releasable() {
        long scored = Math.min(scoredThrough(), cursor.lexiconHold());
        return Math.min(decider.releasable(scored), cursor.earliestMatchStart());
    }

    /** Risk in [0, 1], the tail's included after a flush. */
    double risk() {
        return flushedThrough > 0 && flushedThrough == cursor.length()
                ? Math.max(decider.risk(), provisionalRisk)
                : decider.risk();
    }

    /** Text in the stream's unit that is not waiting for any vote: what credit is given back for. */
    int scoredUnits() {
        return decided < cursor.tokens().size()
                ? Position.units(cursor.tokens().start(decided))
                : Position.units(cursor.length());
    }

    /** Names of the experts that did not vote on all of this text: {@link #broken()}, {@link #unread()} and {@link #overslept()} ones. */
    List<String> asleep() {
        return asleep;
    }

    /** Names of the experts that failed or came too late, and do not vote on this text any more. */
    List<String> broken() {
        return broken;
    }

    /** Names of the experts that did not vote where the text was in a language they were not trained for. */
    List<String> unread() {
        return unread;
    }

    /** Names of the experts that overload kept from part of this text. */
    List<String> overslept() {
        return overslept;
    }

    /** Whether overload left some position to a later window. */
    boolean isCoarse() {
        return coarse;
    }

    /** Whenever an expert went to sleep or met a language it cannot read: the lists are asked for with every token. */
    private void nameSleepers() {
        broken = names(lane -> !lane.isAwake());
        unread = names(Lane::hasUnread);
        overslept = names(Lane::hasOverslept);
        asleep = names(lane -> !lane.isAwake() || lane.hasUnread() || lane.hasOverslept());
    }

    private List<String> names(Predicate<Lane> which) {
        return lanes.stream().filter(which).map(Lane::expert).toList();
    }

    /** What a decision on this category is taken from now. */
    Receipts.Evidence evidence(Category category) {
        List<Receipt.ExpertVote> votes = new ArrayList<>();
        for (Lane lane : lanes) {
            votes.add(new Receipt.ExpertVote(
                    lane.expert(),
                    lane.version(),
                    ensemble.weights().of(lane.expert(), category),
                    lane.lastVote(category)));
        }
        return new Receipts.Evidence(votes, asleep(), coarse);
    }

    /** Gives back every slot, and wants no more answers. Harmless when called again. */
    void release() {
        asker.leave();
        streaming.forEach(StreamingLane::release);
    }

    private void sendTokens() {
        for (int lane = 0; lane < streaming.size(); lane++) {
            ExpertSession.TokensRow row = streaming.get(lane).nextRow(cursor.tokens(), templates.get(lane), urgency());
            if (row != null) {
                streaming.get(lane).send(row);
            }
        }
    }

    private void onScored(ExpertSession.Row row) {
        if (!lane(row).isAwake()) {
            return;
        }
        switch (row) {
            case ExpertSession.TokensRow tokens -> streaming.get(tokens.lane()).onScored(tokens.row());
            case ExpertSession.WindowedRow window ->
                windowed.get(window.lane() - streaming.size()).onScored(window.row());
        }
    }

    private boolean decideNextToken() {
        if (decided == cursor.tokens().size()) {
            return false;
        }
        for (StreamingLane lane : streaming) {
            if (!lane.isReady(decided)) {
                return false;
            }
        }
        followLanguages(cursor.tokens().end(decided));
        if (decider.isStopped() || !windowsReady()) {
            return false;
        }
        tokenVotes.clear();
        streaming.forEach(lane -> lane.vote(decided, tokenVotes));
        windowed.forEach(lane -> lane.vote(tokenVotes));
        ngrams.forEach(lane -> lane.vote(cursor.tokens().wordHash(decided), tokenVotes));
        double[] mixed = tokenVotes.mix();
        votes.voted(decided + 1, tokenVotes, mixed);
        tail.add(cursor.tokens().id(decided));
        long start = cursor.tokens().start(decided);
        long end = cursor.tokens().end(decided);
        trace.token(start, end, tokenVotes);
        decider.onToken(start, end, mixed);
        decided++;
        return true;
    }

    /** An expert votes on no token that ends where the text is known to be in a language it was not trained for. */
    private void followLanguages(long position) {
        for (RecentLanguages recent = cursor.takeLanguages(position);
                recent != null;
                recent = cursor.takeLanguages(position)) {
            for (Lane lane : lanes) {
                lane.follow(recent);
            }
            List<String> knownUnread = unread;
            nameSleepers();
            if (!unread.equals(knownUnread)) {
                trace.unread(unread, position);
                decider.onUnread(unread, position);
            }
        }
    }

    /** Asks the windowed experts where the cascade wants them, and says whether nothing is outstanding. */
    private boolean windowsReady() {
        boolean last = cursor.isEnded() && decided + 1 == cursor.tokens().size();
        boolean ready = true;
        for (int i = 0; i < windowed.size(); i++) {
            WindowedLane lane = windowed.get(i);
            if (seen == decided) {
                lane.see(cursor.tokens().id(decided));
            }
            lane.consider(decider.risk(), last, templates.get(streaming.size() + i), urgency());
            coarse |= lane.isCoarse();
            ready &= lane.isReady();
            if (lane.hasOverslept() && !overslept.contains(lane.expert())) {
                nameSleepers();
            }
        }
        seen = decided + 1;
        return ready;
    }

    private void endOwing() {
        boolean owed = false;
        for (WindowedLane lane : windowed) {
            owed |= lane.endOwing();
        }
        if (owed) {
            nameSleepers();
        }
    }

    private Urgency urgency() {
        return decider.isNearStop() ? urgency.nearStop() : urgency;
    }

    /** A match is decided after the tokens that end at or before the place where it became final. */
    private boolean decideNextMatch() {
        TextCursor.FoundMatch found = cursor.firstMatch();
        if (found == null) {
            return false;
        }
        int decidedAt = found.match().decidedAt();
        boolean tokensFirst = decided < cursor.tokens().size()
                ? Position.codePoints(cursor.tokens().end(decided)) <= decidedAt
                : !cursor.isEnded() && Position.codePoints(cursor.settled()) < decidedAt;
        if (tokensFirst) {
            return false;
        }
        cursor.removeFirstMatch();
        trace.match(found.match().rule(), found.start(), found.end());
        decider.onMatch(found.match().rule(), found.start(), found.end());
        return true;
    }

    private void scoreTail() {
        boolean idle = decided == cursor.tokens().size() && batched.stream().noneMatch(BatchedLane::isUnderWay);
        if (!idle || decider.isStopped()) {
            return;
        }
        List<TextCursor.TailToken> tail = cursor.tail();
        boolean scored = tail.isEmpty() || streaming.stream().noneMatch(Lane::isAwake);
        boolean current = provisionalLength == cursor.length();
        tokenVotes.clear();
        for (StreamingLane lane : streaming) {
            scored |= current && lane.voteProvisionally(tokenVotes);
            lane.forgetProvisional();
        }
        if (scored) {
            flushing = false;
            flushed = true;
            ngrams.forEach(lane -> lane.voteProvisionally(tail, tokenVotes));
            provisionalRisk = tail.isEmpty() ? decider.risk() : decider.riskAfter(tokenVotes.mix());
            flushedThrough = decider.holds(provisionalRisk) ? flushedThrough : cursor.length();
            return;
        }
        provisionalLength = cursor.length();
        for (int lane = 0; lane < streaming.size(); lane++) {
            if (streaming.get(lane).isAwake()) {
                streaming.get(lane).send(streaming.get(lane).provisionalRow(tail, templates.get(lane), urgency()));
            }
        }
    }

    private BatchedLane lane(ExpertSession.Row row) {
        int number = switch (row) {
            case ExpertSession.TokensRow tokens -> tokens.lane();
            case ExpertSession.WindowedRow window -> window.lane();
        };
        return batched.get(number);
    }
}
