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
import dev.weir.engine.decision.PromptDecision;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.telemetry.ModeMeters;
import dev.weir.engine.trace.TraceRecorder;
import dev.weir.models.Role;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.Units;
import dev.weir.protocol.Utf8Text;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One text under moderation, from its open to its terminal message. Takes deltas in, scores the prompt first and then the
 * text, and tells its listener what may be shown. Everything it holds dies with it, exactly once.
 */
public final class StreamSession extends AbstractBehavior<StreamSession.Command> {

    private static final int MAX_UTF8_BYTES = 4;

    public sealed interface Command {}

    /** The next piece of the text. */
    public sealed interface Delta extends Command {

        /** Where the piece begins, in the stream's unit, as a check; null for none. */
        @Nullable
        Integer at();

        /** In characters of UTF-16 or bytes of UTF-8. */
        int length();
    }

    public record Text(String text, @Nullable Integer at) implements Delta {

        @Override
        public int length() {
            return text.length();
        }
    }

    /** A piece that may be cut inside a character, or not be UTF-8 at all. */
    public record Utf8(Utf8Text text, @Nullable Integer at) implements Delta {

        @Override
        public int length() {
            return text.length();
        }
    }

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
    private final Verdicts verdicts;
    private final TraceRecorder trace;
    private final ModeMeters meters;
    private final TextAge age = new TextAge();
    private final Consumer<ExpertSession.Reply> onReply;
    /** What came before the prompt was decided, in order. */
    private final Deque<Command> early = new ArrayDeque<>();

    /** For the ledger; null when it is not to have it. */
    private final @Nullable KeptText keptText;

    private int earlyLength;
    private int takenLength;
    private @Nullable TextScoring prompt;
    private @Nullable TextScoring text;
    private TokenTail promptTail = TokenTail.EMPTY;
    private PromptDecision promptDecision = PromptDecision.NONE;
    private int granted;
    private int countedTokens;
    private long lastTextMillis;
    private long beganNanos;

    private StreamSession(
            ActorContext<Command> context, TimerScheduler<Command> timers, StreamContext stream, Clock clock) {
        super(context);
        ActorRef<Command> self = context.getSelf();
        this.stream = stream;
        this.id = stream.request().stream();
        this.clock = clock;
        this.verdicts = new Verdicts(stream, clock);
        this.trace = stream.traces().newRecorder();
        this.meters = stream.telemetry().of(stream.mode());
        this.keptText = stream.keepsText() ? new KeptText() : null;
        this.onReply = reply -> self.tell(new Answered(reply));
        this.granted = stream.settings().credit();
        this.lastTextMillis = clock.millis();
        self.tell(new Begin());
        stream.listener().started(id, self);
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
            verdicts.fail(ErrorCode.INTERNAL, null, "the server failed on this stream");
        }
        return verdicts.isOver() ? Behaviors.stopped() : this;
    }

    private void handle(Command command) {
        switch (command) {
            case Begin begin -> onBegin();
            case Delta delta -> onDelta(delta);
            case Answered answered -> onAnswered(answered.reply());
            case FlushTail flush -> onFlush(flush);
            case End end -> onEnd(end);
            case Cancel cancel -> onCancel();
            case Abandon abandon -> verdicts.abandon();
            case Tick tick -> onTick();
        }
    }

    private void onBegin() {
        List<PromptMessage> messages = stream.request().messages();
        if (messages.isEmpty()) {
            beginText();
            takeEarly();
            return;
        }
        beganNanos = System.nanoTime();
        prompt = new TextScoring(
                stream.ensemble(),
                stream.cascade(),
                Units.CODEPOINT,
                Role.PROMPT,
                TokenTail.EMPTY,
                PromptDecision.newDecider(stream.policy()),
                stream.isUnattended() ? Urgency.UNATTENDED : Urgency.HELD,
                trace::prompt,
                TextScoring.VoteObserver.NONE,
                newAsker());
        prompt.append(messages.stream().map(PromptMessage::content).collect(Collectors.joining("\n")));
        prompt.end();
        advancePrompt(prompt);
    }

    private void advancePrompt(TextScoring scoring) {
        scoring.advance();
        if (!scoring.isDone()) {
            return;
        }
        scoring.decideBroken(List.of());
        scoring.release();
        promptTail = scoring.tail();
        prompt = null;
        stream.telemetry().promptDecided(System.nanoTime() - beganNanos);
        promptDecision = PromptDecision.of(
                stream.policy(), stream.mode(), scoring.decider(), scoring.broken(), scoring.unread());
        beginText();
        promptDecision.stop().ifPresentOrElse(verdicts::stopped, this::takeEarly);
    }

    private void beginText() {
        Decider decider = new Decider(
                stream.policy(),
                stream.mode(),
                promptDecision.carriedLogOdds() + stream.identity().carriedLogOdds(),
                verdicts);
        text = new TextScoring(
                stream.ensemble(),
                stream.cascade(),
                stream.request().units(),
                Role.REPLY,
                promptTail,
                decider,
                urgency(),
                trace::reply,
                (tokens, cast, logOdds) -> {
                    stream.listener().cast(stream.request().stream(), cast);
                    stream.listener().voted(stream.request().stream(), tokens, logOdds);
                },
                newAsker());
        verdicts.opened(promptDecision, text);
    }

    private Asker newAsker() {
        return new Asker(
                onReply,
                stream.allotment(),
                stream.listener(),
                stream.listener().thread());
    }

    private void takeEarly() {
        while (!early.isEmpty() && !verdicts.isOver()) {
            handle(early.removeFirst());
        }
    }

    private void onDelta(Delta delta) {
        lastTextMillis = clock.millis();
        if (text == null) {
            earlyLength += delta.length();
            if (earlyLength > 2 * stream.settings().credit() * longestUnit(delta)) {
                refuseCredit();
            } else {
                early.add(delta);
            }
            return;
        }
        int received = text.cursor().receivedUnits();
        if (delta.at() != null && delta.at() != received) {
            verdicts.fail(
                    ErrorCode.GAP,
                    "at",
                    "delta.at " + delta.at() + " (expected: " + received + ", the text received so far)");
            return;
        }
        takenLength += delta.length();
        append(delta, text);
        age.received(text.settledTokens(), System.nanoTime());
        if (text.cursor().receivedUnits() - text.scoredUnits()
                > 2 * stream.settings().credit()) {
            refuseCredit();
            return;
        }
        advance(text);
    }

    /** What one unit of credit may take of a delta's length: early text is counted only as it is read. */
    private int longestUnit(Delta delta) {
        return delta instanceof Utf8 && stream.request().units() != Units.UTF8 ? MAX_UTF8_BYTES : 1;
    }

    private void append(Delta delta, TextScoring scoring) {
        switch (delta) {
            case Text characters -> {
                scoring.append(characters.text());
                if (keptText != null) {
                    keptText.append(characters.text());
                }
            }
            case Utf8 bytes -> {
                scoring.append(bytes.text());
                if (keptText != null) {
                    keptText.append(bytes.text());
                }
            }
        }
    }

    private void refuseCredit() {
        verdicts.fail(
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
            verdicts.fail(
                    ErrorCode.GAP,
                    "length",
                    "end.length " + end.length() + " (expected: " + received + ", the text received)");
            return;
        }
        text.end();
        age.received(text.settledTokens(), System.nanoTime());
        advance(text);
    }

    private void onCancel() {
        verdicts.cancelled(text == null ? Gaps.NONE : gaps(text));
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
        if (!verdicts.isOver()
                && clock.millis() - lastTextMillis
                        > stream.settings().idleTimeout().toMillis()) {
            verdicts.fail(
                    ErrorCode.IDLE,
                    null,
                    "no delta for " + stream.settings().idleTimeout().toMillis() + " ms");
        }
    }

    private void advance(TextScoring scoring) {
        scoring.advance();
        stream.backlog().update(takenLength, scoring.cursor().receivedUnits() - scoring.scoredUnits());
        if (!verdicts.isOver()) {
            scoring.decideBroken(promptDecision.broken());
        }
        measure(scoring);
        if (!verdicts.isOver()) {
            Gaps gaps = gaps(scoring);
            verdicts.release(gaps);
            giveCredit(scoring);
            if (scoring.isDone()) {
                verdicts.ended(gaps);
            }
        }
    }

    private void measure(TextScoring scoring) {
        boolean stopped = scoring.decider().isStopped();
        int decided = scoring.decidedTokens();
        if (decided == countedTokens && !stopped) {
            return;
        }
        stream.telemetry().tokensDecided(decided - countedTokens);
        stream.allotment().spendTokens(decided - countedTokens);
        countedTokens = decided;
        long now = System.nanoTime();
        if (stopped) {
            meters.stopped(age.waitedNanos(now));
            return;
        }
        long waited = age.decided(decided, now);
        if (waited != TextAge.NONE) {
            meters.decided(waited);
        }
    }

    private Urgency urgency() {
        if (stream.isUnattended()) {
            return Urgency.UNATTENDED;
        }
        return switch (stream.mode()) {
            case MONITOR -> Urgency.MONITORED;
            case STREAM -> Urgency.SHOWN;
            case GATE -> Urgency.HELD;
        };
    }

    private Gaps gaps(TextScoring scoring) {
        if (promptDecision.broken().isEmpty()
                && promptDecision.unread().isEmpty()
                && scoring.asleep().isEmpty()
                && !scoring.isCoarse()) {
            return Gaps.NONE;
        }
        List<String> missing = Stream.of(
                        promptDecision.broken(),
                        promptDecision.unread(),
                        stream.policy().required(scoring.asleep()))
                .flatMap(List::stream)
                .distinct()
                .toList();
        List<String> asleep = Stream.concat(missing.stream(), scoring.overslept().stream())
                .distinct()
                .toList();
        return new Gaps(scoring.isCoarse(), missing, asleep);
    }

    private void giveCredit(TextScoring scoring) {
        int credit = stream.settings().credit();
        int room = scoring.scoredUnits() + credit - granted;
        if (room >= credit / 4 && !scoring.cursor().isEnded()) {
            granted += room;
            verdicts.credit(room);
        }
    }

    private Behavior<Command> onPostStop() {
        stream.live().close();
        stream.ledger().ended(verdicts.record(clock.millis(), trace, keptText == null ? null : keptText.whole()));
        if (prompt != null) {
            prompt.release();
        }
        if (text != null) {
            text.release();
        }
        verdicts.report();
        return this;
    }
}
