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

    private Guardian() {}

    /** @param streams completed with the actor that opens streams */
    static Behavior<Void> create(
            EnsembleSupervisor.Setup ensemble,
            StreamSupervisor.Setup stream,
            CompletableFuture<ActorRef<StreamSupervisor.Command>> streams) {
        return Behaviors.setup(context -> {
            context.spawn(EnsembleSupervisor.create(ensemble), "ensemble");
            streams.complete(context.spawn(
                    StreamSupervisor.create(stream),
                    "streams",
                    DispatcherSelector.fromConfig("weir.stream-dispatcher")));
            return Behaviors.empty();
        });
    }
}
