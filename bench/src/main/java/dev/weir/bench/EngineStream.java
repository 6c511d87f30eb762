package dev.weir.bench;

import akka.actor.typed.ActorRef;
import dev.weir.engine.Engine;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One stream of an engine in this process. */
final class EngineStream implements StreamListener {

    private static final AtomicLong NAMES = new AtomicLong();

    private final CompletableFuture<ActorRef<StreamSession.Command>> session = new CompletableFuture<>();
    private final CompletableFuture<ServerMessage> terminal = new CompletableFuture<>();
    private final List<String> decisions = new ArrayList<>();
    private int through;

    static EngineStream open(Engine engine, Mode mode, Units units) {
        EngineStream stream = new EngineStream();
        OpenStream request = new OpenStream(
                "bench-" + NAMES.incrementAndGet(), null, mode, units, null, "content", List.of(), Map.of(), null);
        engine.streams().tell(new StreamSupervisor.Open(request, stream));
        return stream;
    }

    void send(String delta) {
        session.join().tell(new StreamSession.Text(delta, null));
    }

    void end() {
        session.join().tell(new StreamSession.End(null));
    }

    void cancel() {
        session.join().tell(new StreamSession.Cancel());
    }

    /** Blocks until scoring has come to this offset, in the stream's unit, or the stream is over. */
    synchronized void awaitScored(int offset) throws InterruptedException {
        while (through < offset && !terminal.isDone()) {
            wait();
        }
    }

    /** What was decided, where and at what risk, once the stream is over. */
    List<String> decisions() {
        terminal.join();
        synchronized (this) {
            return List.copyOf(decisions);
        }
    }

    @Override
    public void started(String stream, ActorRef<StreamSession.Command> actor) {
        session.complete(actor);
    }

    @Override
    public synchronized void send(ServerMessage message) {
        switch (message) {
            case ServerMessage.Released released -> through = released.through();
            case ServerMessage.Flagged flag ->
                decisions.add("flag " + flag.category() + " " + flag.from() + "-" + flag.to() + " " + flag.risk());
            case ServerMessage.Stopped stop ->
                decisions.add("stop " + stop.categories() + " " + stop.onset() + "-" + stop.at() + " " + stop.risk());
            case ServerMessage.Ended end ->
                decisions.add("end " + end.verdict() + " " + end.through() + " " + end.maxRisk());
            case ServerMessage.ErrorMessage error -> decisions.add("error " + error.code());
            default -> {}
        }
        if (message.isTerminal()) {
            terminal.complete(message);
        }
        notifyAll();
    }
}
