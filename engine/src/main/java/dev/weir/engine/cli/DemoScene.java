package dev.weir.engine.cli;

import dev.weir.engine.warmup.Conversation;
import dev.weir.protocol.Action;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one conversation while it plays: written by the client's thread and the player's, read by whoever
 * draws. Offsets are UTF-16 units, as its client counts.
 */
final class DemoScene {

    /** How the scene stands at one moment. */
    record View(
            Conversation conversation,
            State state,
            double risk,
            String shown,
            int sent,
            @Nullable Decision decision,
            int redactions,
            @Nullable String failure) {}

    enum State {
        WAITING,
        LIVE,
        OVER
    }

    /**
     * What was decided in the end.
     *
     * @param at where the stream was stopped; -1 when it was not
     * @param exposure harmful text that had been released by then
     */
    record Decision(
            Action action, int at, int exposure, @Nullable String category, double risk, String receipt) {}

    private record Sent(int end, long nanos) {}

    private final Conversation conversation;
    private final StringBuilder shown = new StringBuilder();
    private final ArrayDeque<Sent> uncovered = new ArrayDeque<>();
    private final List<Long> delaysNanos = new ArrayList<>();
    private State state = State.WAITING;
    private double risk;
    private int sent;
    private int redactions;
    private @Nullable String redacted;
    private @Nullable String flagged;
    private @Nullable Decision decision;
    private @Nullable String failure;

    DemoScene(Conversation conversation) {
        this.conversation = conversation;
    }

    Conversation conversation() {
        return conversation;
    }

    synchronized View view() {
        return new View(conversation, state, risk, shown.toString(), sent, decision, redactions, failure);
    }

    /** From each delta's intended moment to the release that covers it. */
    synchronized List<Long> delaysNanos() {
        return List.copyOf(delaysNanos);
    }

    synchronized void onSend(int chars, long intendedNanos) {
        state = State.LIVE;
        sent += chars;
        uncovered.add(new Sent(sent, intendedNanos));
    }

    synchronized void onShown(String text) {
        shown.append(text);
    }

    synchronized void onMessage(ServerMessage message, long nowNanos) {
        switch (message) {
            case ServerMessage.Released released -> {
                risk = released.risk();
                cover(released.through(), nowNanos);
            }
            case ServerMessage.Flagged flag -> flagged = flag.category();
            case ServerMessage.Redacted redaction -> {
                redactions++;
                redacted = redaction.category();
            }
            default -> {}
        }
    }

    synchronized void onOutcome(Outcome outcome, long nowNanos) {
        state = State.OVER;
        switch (outcome) {
            case Outcome.Stopped stopped -> onStopped(stopped.message());
            case Outcome.Ended ended -> onEnded(ended.message(), nowNanos);
            case Outcome.Failed failed -> failure = failed.message();
        }
    }

    private void onStopped(ServerMessage.Stopped stop) {
        risk = stop.risk();
        decision = new Decision(Action.STOP, stop.at(), stop.exposure(), stop.category(), stop.risk(), stop.receipt());
    }

    private void onEnded(ServerMessage.Ended end, long nowNanos) {
        cover(end.through(), nowNanos);
        Action action = redactions > 0 ? Action.REDACT : flagged != null ? Action.FLAG : Action.PASS;
        String category = redactions > 0 ? redacted : flagged;
        decision = new Decision(action, -1, 0, category, end.maxRisk(), end.receipt());
    }

    private void cover(int through, long nowNanos) {
        while (!uncovered.isEmpty() && uncovered.element().end <= through) {
            delaysNanos.add(nowNanos - uncovered.remove().nanos);
        }
    }
}
