package dev.weir.engine;

import akka.actor.typed.ActorRef;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.models.Category;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One text sent through a running engine, and everything the engine said about it. */
final class StreamRun implements StreamListener {

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final List<ServerMessage> messages = new ArrayList<>();
    private final CompletableFuture<ActorRef<StreamSession.Command>> session = new CompletableFuture<>();
    private final CompletableFuture<ServerMessage> terminal = new CompletableFuture<>();
    private final LinkedBlockingQueue<Integer> credits = new LinkedBlockingQueue<>();
    private final List<Double> risks = new ArrayList<>();
    private final List<double[]> votes = new ArrayList<>();
    private @Nullable StreamSummary summary;

    private StreamRun() {}

    static OpenStream open(Mode mode, Units units) {
        return new OpenStream(
                "s-" + NAMES.incrementAndGet(), null, mode, units, null, "content", List.of(), Map.of(), null);
    }

    /** Opens a stream and sends nothing yet. */
    static StreamRun start(Engine engine, OpenStream open) {
        StreamRun run = new StreamRun();
        engine.streams().tell(new StreamSupervisor.Open(open, run));
        return run;
    }

    /** The whole of a text, in these deltas. */
    static StreamRun of(Engine engine, OpenStream open, List<String> deltas) {
        StreamRun run = start(engine, open);
        run.send(deltas.toArray(String[]::new));
        run.tell(new StreamSession.End(null));
        return run;
    }

    StreamRun send(String... deltas) {
        for (String delta : deltas) {
            tell(new StreamSession.Text(delta, null));
        }
        return this;
    }

    StreamRun tell(StreamSession.Command command) {
        within(session).tell(command);
        return this;
    }

    /** Waits until the engine has scored what was sent so far, so that what a test does next comes after it. */
    synchronized StreamRun awaitReleased() throws InterruptedException {
        while (messages.stream().noneMatch(ServerMessage.Released.class::isInstance)) {
            wait(20_000);
        }
        return this;
    }

    /** Waits for the next credit message and returns what it gives. */
    int awaitCredit() {
        try {
            Integer credit = credits.poll(20, TimeUnit.SECONDS);
            return java.util.Objects.requireNonNull(credit, "no credit came");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    ServerMessage terminal() {
        return within(terminal);
    }

    synchronized List<ServerMessage> messages() {
        return List.copyOf(messages);
    }

    synchronized <M extends ServerMessage> List<M> messages(Class<M> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }

    StreamSummary summary() {
        terminal();
        synchronized (this) {
            return java.util.Objects.requireNonNull(summary);
        }
    }

    /** The running risk of harm of any kind after each decision. */
    List<Double> risks() {
        terminal();
        synchronized (this) {
            return List.copyOf(risks);
        }
    }

    /** Each token's mixed votes, in log-odds by category; NaN where nobody voted. */
    List<double[]> votes() {
        terminal();
        synchronized (this) {
            return List.copyOf(votes);
        }
    }

    /** Everything that law 1 fixes: what was decided, where, at what risk. */
    List<String> decisions() {
        terminal();
        List<String> decisions = new ArrayList<>();
        for (ServerMessage message : messages()) {
            switch (message) {
                case ServerMessage.Flagged flag ->
                    decisions.add("flag " + flag.category() + " " + flag.from() + "-" + flag.to() + " " + flag.risk());
                case ServerMessage.Stopped stop ->
                    decisions.add("stop " + stop.categories() + " " + stop.onset() + "-" + stop.at() + " " + stop.risk()
                            + " " + stop.rule());
                case ServerMessage.Ended end ->
                    decisions.add(
                            "end " + end.verdict() + " " + end.through() + " " + end.maxRisk() + " " + end.asleep());
                case ServerMessage.ErrorMessage error -> decisions.add("error " + error.code());
                default -> {}
            }
        }
        return decisions;
    }

    @Override
    public void started(String stream, ActorRef<StreamSession.Command> actor) {
        session.complete(actor);
    }

    @Override
    public void send(ServerMessage message) {
        synchronized (this) {
            messages.add(message);
            notifyAll();
        }
        if (message instanceof ServerMessage.Credit credit) {
            credits.add(credit.add());
        }
        if (message.isTerminal()) {
            terminal.complete(message);
            session.completeExceptionally(new IllegalStateException("refused: " + message));
        }
    }

    @Override
    public synchronized void scored(String stream, int tokens, int through, double[] now) {
        risks.add(now[Category.OTHER.ordinal()]);
    }

    @Override
    public synchronized void voted(String stream, int tokens, double[] logOdds) {
        votes.add(logOdds.clone());
    }

    @Override
    public synchronized void finished(String stream, StreamSummary numbers) {
        summary = numbers;
    }

    private static <T> T within(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
