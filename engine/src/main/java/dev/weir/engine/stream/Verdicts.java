package dev.weir.engine.stream;

import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Ending;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.decision.PromptDecision;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.telemetry.Spans;
import dev.weir.engine.telemetry.StreamSpan;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.TraceRecorder;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one stream's listener is told, in the order of the text, with a receipt for each decision. The first terminal
 * message is the last. Used by the stream's actor alone.
 */
final class Verdicts implements DecisionSink {

    private final StreamContext stream;
    private final Clock clock;
    private final String id;
    private final Receipts receipts;
    private final StreamSpan span;
    private final List<String> receiptIds = new ArrayList<>();
    private final RedactionQueue redactions = new RedactionQueue();
    private @Nullable TextScoring text;
    private PromptDecision prompt = PromptDecision.NONE;
    private long released;
    private boolean over;
    private String outcome = "abandoned";
    private @Nullable Category stoppedFor;
    private TraceEnd traceEnd = TraceEnd.BROKEN_OFF;
    private long endedThrough;

    Verdicts(StreamContext stream, Clock clock) {
        this.stream = stream;
        this.id = stream.request().stream();
        this.clock = clock;
        this.receipts = new Receipts(stream, clock);
        this.span = stream.telemetry()
                .spans()
                .begin(new Spans.Stream(
                        stream.request(),
                        stream.listener().parentSpan(),
                        stream.tenant(),
                        stream.identity().streamUid(),
                        stream.policy().id(),
                        stream.mode(),
                        stream.ensemble().weights().version()));
    }

    /** The prompt is decided, and {@code scoring} follows the text from now on. */
    void opened(PromptDecision decision, TextScoring scoring) {
        text = scoring;
        prompt = decision;
        send(new ServerMessage.Opened(
                id,
                stream.policy().id(),
                stream.mode(),
                stream.request().units(),
                stream.request().messages().isEmpty()
                        ? null
                        : new ServerMessage.PromptVerdict(decision.risk(), decision.action()),
                stream.settings().credit(),
                stream.resumeToken()));
    }

    /** Tells how far text is cleared, and before that the redactions it comes past. */
    void release(Gaps gaps) {
        TextScoring scoring = text();
        boolean flushed = scoring.takeFlushed();
        long through = through(scoring);
        if (through <= released && !flushed) {
            return;
        }
        for (Redaction redaction : redactions.takeBefore(through)) {
            send(new ServerMessage.Redacted(
                    id,
                    Position.units(redaction.from()),
                    Position.units(redaction.to()),
                    redaction.category().wireName(),
                    redaction.replacement()));
        }
        released = Math.max(released, through);
        send(new ServerMessage.Released(
                id, Position.units(released), scoring.risk(), gaps.coarse(), gaps.isUnscored(), gaps.asleep()));
    }

    private long through(TextScoring scoring) {
        if (scoring.isDone()) {
            return scoring.cursor().length();
        }
        return stream.mode() == Mode.GATE ? redactions.uncut(scoring.releasable()) : scoring.scoredThrough();
    }

    void credit(int room) {
        send(new ServerMessage.Credit(id, room));
    }

    @Override
    public void scored(int tokens, long end, double[] risks) {
        stream.listener().scored(id, tokens, Position.codePoints(end), risks);
        if (stream.live().isWatched()) {
            Decider decider = text().decider();
            stream.live().scored(tokens, decider.risk(), decider.maxRisk(), decider.worstCategory());
        }
    }

    @Override
    public void flagged(Flag flag) {
        Receipt receipt = receipts.write(Decision.of(flag), released, evidence(flag.category()));
        keep(receipt, Action.FLAG, flag.category());
        send(new ServerMessage.Flagged(
                id,
                Position.units(flag.from()),
                Position.units(flag.to()),
                flag.category().wireName(),
                flag.risk(),
                receipt.id(),
                flag.late()));
    }

    @Override
    public void redacted(Redaction redaction) {
        keep(
                receipts.write(Decision.of(redaction), released, evidence(redaction.category())),
                Action.REDACT,
                redaction.category());
        redactions.add(redaction);
    }

    @Override
    public void stopped(Stop stop) {
        long shown = shownThrough();
        Receipt receipt = receipts.write(Decision.of(stop), shown, evidence(stop.category()));
        traceEnd = TraceEnd.STOPPED;
        stoppedFor = stop.category();
        stream.telemetry().of(stream.mode()).exposed(receipt.exposure());
        stream.live().stopped(receipt);
        keep(receipt, Action.STOP, stop.category());
        terminate(
                "stopped",
                new ServerMessage.Stopped(
                        id,
                        Position.units(stop.at()),
                        Position.units(stop.onset()),
                        Position.units(shown),
                        Math.max(0, Position.units(shown) - Position.units(stop.onset())),
                        stop.category().wireName(),
                        stop.categories().stream().map(Category::wireName).toList(),
                        Policy.severity(true, stop.risk()),
                        stop.risk(),
                        stop.rule(),
                        stream.policy().id(),
                        stream.policy().message(),
                        receipt.id()));
    }

    /** The whole text is decided. */
    void ended(Gaps gaps) {
        TextScoring scoring = text();
        end(
                Ending.ofWhole(prompt, scoring.decider()),
                TraceEnd.ENDED,
                scoring.cursor().length(),
                gaps);
    }

    /** The client gave the stream up, perhaps before its prompt was decided. */
    void cancelled(Gaps gaps) {
        end(Ending.ofCancelled(text == null ? null : text.decider()), TraceEnd.CANCELLED, shownThrough(), gaps);
    }

    private void end(Ending ending, TraceEnd how, long through, Gaps gaps) {
        String name = ending.verdict().name().toLowerCase(Locale.ROOT);
        Category worst = ending.worst();
        Receipt receipt =
                receipts.write(Decision.of(ending, through), through, evidence(worst == null ? Category.OTHER : worst));
        traceEnd = how;
        endedThrough = through;
        keep(receipt);
        gaps.missing().forEach(stream.telemetry()::endedUnscored);
        terminate(
                name,
                new ServerMessage.Ended(
                        id,
                        Position.units(through),
                        ending.verdict(),
                        ending.maxRisk(),
                        receipt.id(),
                        gaps.coarse(),
                        gaps.isUnscored(),
                        gaps.asleep()));
    }

    void fail(ErrorCode code, @Nullable String field, String message) {
        over = true;
        outcome = code.wireName();
        send(new ServerMessage.ErrorMessage(id, code, true, field, message, null));
    }

    /** Nobody is left to be told. */
    void abandon() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** The stream is over; for those who watch the server. */
    void report() {
        span.over(outcome, text == null ? 0 : text.decidedTokens());
        stream.telemetry().streamEnded(outcome, stream.mode(), stream.policy().name(), stoppedFor);
    }

    /**
     * For the ledger, when the stream is over.
     *
     * @param keptText null unless the policy says so
     */
    StreamRecord record(long endedMillis, TraceRecorder trace, @Nullable String keptText) {
        return new StreamRecord(
                stream.identity().streamUid(),
                stream.tenant(),
                id,
                stream.request().conversation(),
                stream.request().channel(),
                stream.identity().openedMillis(),
                endedMillis,
                stream.mode().wireName(),
                stream.policy().id(),
                stream.ensemble().weights().version(),
                outcome,
                receiptIds,
                1,
                false,
                text == null ? 0 : text.decidedTokens(),
                trace.seal(
                        stream.mode(),
                        stream.request().mode() != null,
                        stream.identity().carriedLogOdds(),
                        traceEnd,
                        endedThrough),
                keptText);
    }

    private void terminate(String how, ServerMessage message) {
        over = true;
        outcome = how;
        if (text != null) {
            stream.telemetry().endedInOverload(text.isCoarse(), text.overslept());
            rememberTurn(text.decider().maxRisk());
            stream.listener().finished(id, summary(text));
        }
        send(message);
    }

    /** A turn that was stopped for its prompt is as bad as the prompt. */
    private void rememberTurn(double maxRisk) {
        String conversation = stream.request().conversation();
        if (conversation != null) {
            stream.conversations()
                    .add(
                            stream.tenant(),
                            conversation,
                            stream.identity().streamUid(),
                            prompt.action() == Action.STOP ? Math.max(maxRisk, prompt.risk()) : maxRisk,
                            stream.policy().conversation(),
                            clock.millis());
        }
    }

    private StreamSummary summary(TextScoring scoring) {
        Decider decider = scoring.decider();
        boolean crossed = decider.crossedAtToken() >= 0;
        return new StreamSummary(
                scoring.settledTokens(),
                scoring.decidedTokens(),
                prompt.risk(),
                prompt.worst(),
                prompt.action(),
                decider.maxRisks(),
                decider.maxRisk(),
                decider.worstCategory(),
                prompt.action() == Action.STOP ? Action.STOP : decider.action(),
                crossed ? Position.codePoints(decider.crossedAt()) : -1,
                crossed ? Position.codePoints(decider.crossedOnset()) : -1,
                decider.crossedAtToken());
    }

    /** What the reader may have seen: the release in gate mode, all that was received in the others. */
    private long shownThrough() {
        if (text == null) {
            return Position.START;
        }
        return stream.mode() == Mode.GATE ? released : text.cursor().length();
    }

    private void keep(Receipt receipt, Action action, Category category) {
        keep(receipt);
        stream.telemetry().decided(action, category);
    }

    private void keep(Receipt receipt) {
        stream.ledger().record(receipt);
        if (receiptIds.size() < StreamRecord.MAX_RECEIPTS) {
            receiptIds.add(receipt.id());
        }
    }

    private Receipts.Evidence evidence(Category category) {
        return text == null
                ? new Receipts.Evidence(List.of(), stream.ensemble().asleep(), false)
                : text.evidence(category);
    }

    private TextScoring text() {
        if (text == null) {
            throw new IllegalStateException("nothing is said about a text before its prompt is decided");
        }
        return text;
    }

    private void send(ServerMessage message) {
        span.said(message);
        stream.listener().send(message);
    }
}
