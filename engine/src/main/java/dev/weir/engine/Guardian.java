package dev.weir.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import dev.weir.engine.ensemble.EnsembleSupervisor;
import dev.weir.engine.stream.StreamSupervisor;
import java.util.concurrent.CompletableFuture;

/** The root of all actors: the experts first, then the streams that use them. */
final class Guardian {

    /** @param streams completed with the actor that opens streams */
    record Begin(
            EnsembleSupervisor.Setup ensemble,
            StreamSupervisor.Setup stream,
            CompletableFuture<ActorRef<StreamSupervisor.Command>> streams) {}

    private Guardian() {}

    /** Waits for the one message that says what to start: the ledger needs a running system to be opened. */
    static Behavior<Begin> create() {
        return Behaviors.receive((context, begin) -> {
            context.spawn(EnsembleSupervisor.create(begin.ensemble()), "ensemble");
            begin.streams()
                    .complete(context.spawn(
                            StreamSupervisor.create(begin.stream()),
                            "streams",
                            DispatcherSelector.fromConfig("weir.stream-dispatcher")));
            return Behaviors.empty();
        });
    }
}
