package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One text of a reply: what came of it, its stream, and how much of it may be shown. Text is fed as the stream's credit
 * allows. Offsets are in UTF-16 units of what came.
 *
 * <p>On the event loop of its exchange, where its stream's actor runs too.
 */
final class ModeratedText implements StreamListener {

    /** Who waits for what is decided. Never called from inside {@link #append} and its like. */
    interface Reader {

        /** More may be shown, or the text is over. */
        void moved(ModeratedText text);
    }

    private final Exchange exchange;
    private final Reader reader;
    private final @Nullable ParentSpan parent;
    private final int choice;
    private final @Nullable JsonTextView view;
    /** What came, from {@link #base} on. */
    private final StringBuilder text = new StringBuilder();
    /** What is to be fed and was not yet. */
    private final StringBuilder unfed = new StringBuilder();

    private final Deque<ServerMessage.Redacted> redactions = new ArrayDeque<>();
    private final Set<String> flagged = new TreeSet<>();
    private @Nullable StreamSummary summary;
    private int base;
    private int credit;
    private int released;
    private boolean ended;
    private boolean endFed;
    private boolean left;
    private boolean keptWhole;
    private @Nullable ActorRef<StreamSession.Command> session;
    private ServerMessage.@Nullable Opened opened;
    private @Nullable ServerMessage terminal;
    private long decidedNanos;

    /**
     * @param parent of its span
     * @param choice of the reply that it belongs to
     * @param json whether it is JSON, whose strings are what is read
     */
    ModeratedText(Exchange exchange, Reader reader, @Nullable ParentSpan parent, int choice, boolean json) {
        this.exchange = exchange;
        this.reader = reader;
        this.parent = parent;
        this.choice = choice;
        this.view = json ? new JsonTextView() : null;
    }

    /** The next piece. */
    void append(String piece) {
        if (isOver() || ended) {
            return;
        }
        text.append(piece);
        unfed.append(view == null ? piece : view.append(piece));
        feed();
    }

    /** Keeps what came apart from what comes. */
    void separate() {
        append("\n");
    }

    /** The sender paused: as much as can be is decided now. */
    void flush() {
        if (unfed.isEmpty() && !ended && !isOver() && through() < length()) {
            tell(new StreamSession.FlushTail());
        }
    }

    /** Nothing follows. */
    void end() {
        if (!ended) {
            ended = true;
            if (view != null) {
                unfed.append(view.end());
            }
            feed();
        }
    }

    /** Nobody wants the rest. */
    void cancel() {
        if (!isOver() && !left) {
            left = true;
            tell(new StreamSession.Cancel());
        }
    }

    /** Nobody is left to be told anything. */
    void abandon() {
        if (!isOver()) {
            left = true;
            tell(new StreamSession.Abandon());
        }
    }

    /** Keeps the stream from being taken for one that was forgotten. */
    void stayAwake() {
        if (!isOver() && !endFed) {
            tell(new StreamSession.Text("", null));
        }
    }

    private void tell(StreamSession.Command command) {
        if (session != null) {
            session.tell(command);
        }
    }

    private void feed() {
        ActorRef<StreamSession.Command> to = session;
        if (to == null || opened == null || left) {
            return;
        }
        int length = Math.min(credit, unfed.length());
        if (length > 0) {
            credit -= length;
            to.tell(new StreamSession.Text(unfed.substring(0, length), null));
            unfed.delete(0, length);
        }
        if (ended && !endFed && unfed.isEmpty()) {
            endFed = true;
            to.tell(new StreamSession.End(null));
        }
    }

    /** Whether text waits for the stream to score what it has; whoever sends it should pause. */
    boolean isBehind() {
        return !isOver() && !unfed.isEmpty();
    }

    /** What came so far. */
    int length() {
        return base + text.length();
    }

    /** How much of it may be shown. */
    int through() {
        if (terminal instanceof ServerMessage.Ended) {
            return length();
        }
        boolean shown = opened != null && opened.mode() != Mode.GATE && !isOver();
        return shown ? length() : position(released);
    }

    private int position(int inStream) {
        return view == null ? inStream : view.position(inStream);
    }

    /** Whether there was no redaction between these offsets. */
    boolean isUnchanged(int from, int to) {
        return redactions.stream().noneMatch(each -> position(each.from()) < to && position(each.to()) > from);
    }

    /** What a reader is shown of the text between these offsets, which may be shown and have not been forgotten. */
    String shown(int from, int to) {
        StringBuilder shown = new StringBuilder();
        int at = from;
        for (ServerMessage.Redacted redaction : redactions) {
            int start = position(redaction.from());
            int end = position(redaction.to());
            if (end <= at || start >= to) {
                continue;
            }
            if (start >= at) {
                shown.append(text, at - base, start - base).append(redaction.replacement());
            }
            at = Math.min(end, to);
        }
        return shown.append(text, at - base, to - base).toString();
    }

    /** What is before something else may be shown after it. */
    void keepAll() {
        keptWhole = true;
    }

    /** Nothing before this is shown again. */
    void forgetBefore(int offset) {
        if (keptWhole) {
            return;
        }
        if (offset > base) {
            text.delete(0, offset - base);
            base = offset;
        }
        while (!redactions.isEmpty() && position(redactions.getFirst().to()) <= base) {
            redactions.removeFirst();
        }
        if (view != null) {
            view.forgetBefore(
                    redactions.isEmpty() ? released : redactions.getFirst().from());
        }
    }

    int choice() {
        return choice;
    }

    /** Whether its prompt is decided, and was not stopped. */
    boolean isPassed() {
        ServerMessage.Opened now = opened;
        return now != null && (now.prompt() == null || now.prompt().action() != Action.STOP);
    }

    boolean isOver() {
        return terminal != null;
    }

    /** How it ended; null while it goes on. */
    @Nullable
    ServerMessage terminal() {
        return terminal;
    }

    /** Names of the categories that were reported. */
    Set<String> flagged() {
        return flagged;
    }

    /** In numbers, once it is over; null when it failed. */
    @Nullable
    StreamSummary summary() {
        return summary;
    }

    /** The policy it is decided by, with its version. */
    String policy() {
        return opened == null ? "" : opened.policy();
    }

    /** When that was decided, in {@link System#nanoTime()}. */
    long decidedNanos() {
        return decidedNanos;
    }

    @Override
    public @Nullable ParentSpan parentSpan() {
        return parent;
    }

    @Override
    public DispatcherSelector dispatcher() {
        return exchange.dispatcher();
    }

    @Override
    public Executor thread() {
        return exchange.eventLoop();
    }

    @Override
    public void started(String stream, ActorRef<StreamSession.Command> actor) {
        onLoop(() -> {
            session = actor;
            if (left) {
                actor.tell(new StreamSession.Abandon());
            }
        });
    }

    @Override
    public void send(ServerMessage message) {
        onLoop(() -> onSaid(message));
    }

    @Override
    public void finished(String stream, StreamSummary numbers) {
        onLoop(() -> summary = numbers);
    }

    private void onLoop(Runnable what) {
        if (exchange.eventLoop().inEventLoop()) {
            what.run();
        } else {
            exchange.eventLoop().execute(what);
        }
    }

    private void onSaid(ServerMessage message) {
        switch (message) {
            case ServerMessage.Opened now -> {
                opened = now;
                credit += now.credit();
            }
            case ServerMessage.Credit more -> credit += more.add();
            case ServerMessage.Redacted redaction -> redactions.add(redaction);
            case ServerMessage.Released more -> released = more.through();
            case ServerMessage.Flagged flag -> flagged.add(flag.category());
            default -> {}
        }
        if (message.isTerminal()) {
            decidedNanos = System.nanoTime();
            terminal = message;
            unfed.setLength(0);
        }
        feed();
        reader.moved(this);
    }
}
