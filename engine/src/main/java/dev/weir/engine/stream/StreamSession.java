package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.ledger.Receipt;
import dev.weir.models.Category;
import dev.weir.models.Role;
import dev.weir.protocol.Action;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One text under moderation, from its open to its terminal message. Takes deltas in, scores the prompt first and then the
 * text, and tells its listener what may be shown. Everything it holds dies with it, exactly once.
 */
public final class StreamSession extends AbstractBehavior<StreamSession.Command> {

    public sealed interface Command {}

    /** @param at where the text begins, in the stream's unit, as a check; null for none */
    public record Text(String text, @Nullable Integer at) implements Command {}

    public record FlushTail() implements Command {}

    /** @param length of the whole text, in the stream's unit, as a check; null for none */
    public record End(@Nullable Integer length) implements Command {}

    public record Cancel() implements Command {}

    /** Its connection is gone: free everything and tell nobody. */
    public record Abandon() implements Command {}

    private record Begin() implements Command {}

    private record Answered(ExpertSession.Reply reply) implements Command {}

    private record Tick() implements Command {}

    static Behavior<Command> create(StreamContext stream, Clock clock) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new StreamSession(context, timers, stream, clock)));
    }

    private final StreamContext stream;
    private final String id;
    private final Clock clock;
    private final Receipts receipts;
    private final ActorRef<ExpertSession.Reply> onReply;
    private final RedactionQueue redactions = new RedactionQueue();
    /** What came before the prompt was decided, in order. */
    private final Deque<Command> early = new ArrayDeque<>();

    private int earlyChars;
    private @Nullable TextScoring prompt;
    private @Nullable TextScoring text;
    private double promptRisk;
    private Action promptAction = Action.PASS;
    private long released;
    private int granted;
    private int countedTokens;
    private boolean over;
    private long lastTextMillis;
    private String outcome = "abandoned";

    private StreamSession(
            ActorContext<Command> context, TimerScheduler<Command> timers, StreamContext stream, Clock clock) {
        super(context);
        this.stream = stream;
        this.id = stream.request().stream();
        this.clock = clock;
        this.receipts = new Receipts(stream, clock);
        this.onReply = context.messageAdapter(ExpertSession.Reply.class, Answered::new);
        this.granted = stream.settings().credit();
        this.lastTextMillis = clock.millis();
        context.getSelf().tell(new Begin());
        stream.listener().started(id, context.getSelf());
        stream.telemetry().streamOpened();
        timers.startTimerWithFixedDelay(new Tick(), stream.settings().tick());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onAnyMessage(this::onCommand)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    /** Whatever goes wrong, the client is told that the stream is over: text is never silently unprotected. */
    private Behavior<Command> onCommand(Command command) {
        try {
            handle(command);
        } catch (RuntimeException e) {
            getContext()
                    .getLog()
                    .error("stream over: {} failed", command.getClass().getSimpleName(), e);
            fail(ErrorCode.INTERNAL, null, "the server failed on this stream");
        }
        return over ? Behaviors.stopped() : this;
    }

    private void handle(Command command) {
        switch (command) {
            case Begin begin -> onBegin();
            case Text delta -> onText(delta);
            case Answered answered -> onAnswered(answered.reply());
            case FlushTail flush -> onFlush(flush);
            case End end -> onEnd(end);
            case Cancel cancel -> onCancel();
            case Abandon abandon -> over = true;
            case Tick tick -> onTick();
        }
    }

    private void onBegin() {
        List<PromptMessage> messages = stream.request().messages();
        if (messages.isEmpty()) {
            beginText(null);
            return;
        }
        Decider decider = new Decider(stream.policy(), Mode.MONITOR, 0, DecisionSink.IGNORED);
        prompt = new TextScoring(
                stream.ensemble(), stream.cascade(), Units.CODEPOINT, Role.PROMPT, decider, true, onReply);
        prompt.append(messages.stream().map(PromptMessage::content).collect(Collectors.joining("\n")));
        prompt.end();
        advancePrompt(prompt);
    }

    private void advancePrompt(TextScoring scoring) {
        scoring.advance();
        if (!scoring.isDone()) {
            return;
        }
        scoring.release();
        prompt = null;
        promptRisk = scoring.decider().maxRisk();
        promptAction = stream.policy().prompt().action(promptRisk, stream.mode());
        beginText(new ServerMessage.PromptVerdict(promptRisk, promptAction));
        if (promptAction == Action.STOP) {
            Category category = scoring.decider().worstCategory();
            stop(new DecisionSink.Stop(category, List.of(category), Position.START, Position.START, promptRisk, null));
        }
    }

    private void beginText(ServerMessage.@Nullable PromptVerdict verdict) {
        Decider decider = new Decider(
                stream.policy(), stream.mode(), stream.policy().prompt().carriedLogOdds(promptRisk), new Decisions());
        text = new TextScoring(
                stream.ensemble(),
                stream.cascade(),
                stream.request().units(),
                Role.REPLY,
                decider,
                stream.mode() != Mode.MONITOR,
                onReply);
        stream.listener()
                .send(new ServerMessage.Opened(
                        id,
                        stream.policy().id(),
                        stream.mode(),
                        stream.request().units(),
                        verdict,
                        stream.settings().credit(),
                        stream.resumeToken()));
        if (promptAction != Action.STOP) {
            while (!early.isEmpty() && !over) {
                handle(early.removeFirst());
            }
        }
    }

    private void onText(Text delta) {
        lastTextMillis = clock.millis();
        if (text == null) {
            earlyChars += delta.text().length();
            if (earlyChars > 2 * stream.settings().credit()) {
                refuseCredit();
            } else {
                early.add(delta);
            }
            return;
        }
        int received = text.cursor().receivedUnits();
        if (delta.at() != null && delta.at() != received) {
            fail(
                    ErrorCode.GAP,
                    "at",
                    "delta.at " + delta.at() + " (expected: " + received + ", the text received so far)");
            return;
        }
        text.append(delta.text());
        if (text.cursor().receivedUnits() - text.scoredUnits()
                > 2 * stream.settings().credit()) {
            refuseCredit();
            return;
        }
        advance(text);
    }

    private void refuseCredit() {
        fail(
                ErrorCode.CREDIT_EXCEEDED,
                null,
                "more than " + 2 * stream.settings().credit() + " unscored (expected: at most the credit given, "
                        + stream.settings().credit() + ", and what came back)");
    }

    private void onFlush(FlushTail flush) {
        if (text == null) {
            early.add(flush);
        } else {
            text.flush();
            advance(text);
        }
    }

    private void onEnd(End end) {
        if (text == null) {
            early.add(end);
            return;
        }
        int received = text.cursor().receivedUnits();
        if (end.length() != null && end.length() != received) {
            fail(
                    ErrorCode.GAP,
                    "length",
                    "end.length " + end.length() + " (expected: " + received + ", the text received)");
            return;
        }
        text.end();
        advance(text);
    }

    private void onCancel() {
        long through = text == null ? Position.START : shownThrough(text);
        double maxRisk = text == null ? promptRisk : text.decider().maxRisk();
        finish(ServerMessage.Verdict.CANCELLED, through, maxRisk);
    }

    private void onAnswered(ExpertSession.Reply reply) {
        if (prompt != null) {
            prompt.onReply(reply);
            advancePrompt(prompt);
        } else if (text != null) {
            text.onReply(reply);
            advance(text);
        }
    }

    /** Closes an idle stream, and puts experts to sleep whose votes are late. */
    private void onTick() {
        TextScoring current = prompt == null ? text : prompt;
        if (current != null
                && current.sleepLateExperts(stream.settings().voteTimeout().toNanos(), System.nanoTime())) {
            if (prompt != null) {
                advancePrompt(prompt);
            } else {
                advance(current);
            }
        }
        if (!over
                && clock.millis() - lastTextMillis
                        > stream.settings().idleTimeout().toMillis()) {
            fail(
                    ErrorCode.IDLE,
                    null,
                    "no delta for " + stream.settings().idleTimeout().toMillis() + " ms");
        }
    }

    private void advance(TextScoring scoring) {
        scoring.advance();
        stream.telemetry().tokensDecided(scoring.decidedTokens() - countedTokens);
        countedTokens = scoring.decidedTokens();
        if (!over && stream.policy().failClosed() && stream.mode() != Mode.MONITOR && isUnscored(scoring)) {
            stopUnscored(scoring);
        }
        if (over) {
            return;
        }
        release(scoring, scoring.isDone());
        giveCredit(scoring);
        if (scoring.isDone()) {
            boolean flagged = scoring.decider().action() != Action.PASS || promptAction == Action.FLAG;
            finish(
                    flagged ? ServerMessage.Verdict.FLAGGED : ServerMessage.Verdict.PASS,
                    scoring.cursor().length(),
                    scoring.decider().maxRisk());
        }
    }

    /** Tells how far text is cleared, and before that the redactions it comes past. */
    private void release(TextScoring scoring, boolean done) {
        boolean flushed = scoring.takeFlushed();
        long through = done
                ? scoring.cursor().length()
                : stream.mode() == Mode.GATE ? redactions.uncut(scoring.releasable()) : scoring.scoredThrough();
        if (through <= released && !flushed) {
            return;
        }
        for (DecisionSink.Redaction redaction : redactions.takeBefore(through)) {
            stream.listener()
                    .send(new ServerMessage.Redacted(
                            id,
                            Position.units(redaction.from()),
                            Position.units(redaction.to()),
                            redaction.category().wireName(),
                            redaction.replacement()));
        }
        released = Math.max(released, through);
        boolean unscored = isUnscored(scoring);
        stream.listener()
                .send(new ServerMessage.Released(
                        id,
                        Position.units(released),
                        scoring.risk(),
                        false,
                        unscored,
                        unscored ? scoring.asleep() : List.of()));
    }

    private void giveCredit(TextScoring scoring) {
        int credit = stream.settings().credit();
        int room = scoring.scoredUnits() + credit - granted;
        if (room >= credit / 4 && !scoring.cursor().isEnded()) {
            granted += room;
            stream.listener().send(new ServerMessage.Credit(id, room));
        }
    }

    /** What the reader may have seen: the release in gate mode, all that was received in the others. */
    private long shownThrough(TextScoring scoring) {
        return stream.mode() == Mode.GATE ? released : scoring.cursor().length();
    }

    private boolean isUnscored(TextScoring scoring) {
        return scoring.asleep().stream().anyMatch(stream.policy().requires()::contains);
    }

    private void stopUnscored(TextScoring scoring) {
        long at = scoring.scoredThrough();
        stop(new DecisionSink.Stop(
                Category.UNSCORED,
                List.of(Category.UNSCORED),
                at,
                at,
                scoring.decider().risk(),
                null));
    }

    private void stop(DecisionSink.Stop stop) {
        long shown = text == null ? Position.START : shownThrough(text);
        Receipt receipt = receipts.stop(stop, shown, evidence(stop.category()));
        stream.ledger().record(receipt);
        stream.telemetry().decided(Action.STOP, stop.category());
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
                        Policy.severity(stop.risk()),
                        stop.risk(),
                        stop.rule(),
                        stream.policy().id(),
                        stream.policy().message(),
                        receipt.id()));
    }

    private void finish(ServerMessage.Verdict verdict, long through, double maxRisk) {
        String name = verdict.name().toLowerCase(Locale.ROOT);
        Category worst = verdict == ServerMessage.Verdict.FLAGGED && text != null
                ? text.decider().worstCategory()
                : null;
        Receipt receipt = receipts.end(name, worst, through, maxRisk, evidence(worst == null ? Category.OTHER : worst));
        stream.ledger().record(receipt);
        List<String> asleep = text != null && isUnscored(text) ? text.asleep() : List.of();
        terminate(
                name,
                new ServerMessage.Ended(
                        id, Position.units(through), verdict, maxRisk, receipt.id(), false, !asleep.isEmpty(), asleep));
    }

    private void fail(ErrorCode code, @Nullable String field, String message) {
        over = true;
        outcome = code.wireName();
        stream.listener().send(new ServerMessage.ErrorMessage(id, code, true, field, message, null));
    }

    private void terminate(String how, ServerMessage message) {
        over = true;
        outcome = how;
        if (text != null) {
            stream.listener().finished(id, summary(text));
        }
        stream.listener().send(message);
    }

    private StreamSummary summary(TextScoring scoring) {
        Decider decider = scoring.decider();
        boolean crossed = decider.crossedAtToken() >= 0;
        return new StreamSummary(
                scoring.settledTokens(),
                scoring.decidedTokens(),
                promptRisk,
                promptAction,
                decider.maxRisks(),
                decider.maxRisk(),
                decider.worstCategory(),
                promptAction == Action.STOP ? Action.STOP : decider.action(),
                crossed ? Position.codePoints(decider.crossedAt()) : -1,
                crossed ? Position.codePoints(decider.crossedOnset()) : -1,
                decider.crossedAtToken());
    }

    private Receipts.Evidence evidence(Category category) {
        return text == null ? new Receipts.Evidence(List.of(), stream.ensemble().asleep()) : text.evidence(category);
    }

    private Behavior<Command> onPostStop() {
        if (prompt != null) {
            prompt.release();
        }
        if (text != null) {
            text.release();
        }
        stream.telemetry().streamEnded(outcome);
        return this;
    }

    /** Turns decisions about the text into messages and receipts, in its order. */
    private final class Decisions implements DecisionSink {

        @Override
        public void flagged(Flag flag) {
            Receipt receipt = receipts.flag(flag, released, evidence(flag.category()));
            stream.ledger().record(receipt);
            stream.telemetry().decided(Action.FLAG, flag.category());
            stream.listener()
                    .send(new ServerMessage.Flagged(
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
            stream.ledger().record(receipts.redaction(redaction, released, evidence(redaction.category())));
            stream.telemetry().decided(Action.REDACT, redaction.category());
            redactions.add(redaction);
        }

        @Override
        public void stopped(Stop stop) {
            StreamSession.this.stop(stop);
        }
    }
}
