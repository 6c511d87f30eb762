package dev.weir.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.ensemble.EnsembleSupervisor;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadWatch;
import dev.weir.engine.stream.StreamSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The root of all actors: the experts first, then the streams that use them, who watches the load of both, and who learns
 * from what became of the streams.
 */
final class Guardian {

    sealed interface Command {}

    /**
     * @param stream what streams are opened with
     * @param warmUp the same for the streams of a warm-up
     * @param learner made for the supervisor of the experts
     * @param begun completed with the actors that are asked from outside
     */
    record Begin(
            EnsembleSupervisor.Setup ensemble,
            StreamSupervisor.Setup stream,
            StreamSupervisor.Setup warmUp,
            Function<ActorRef<EnsembleSupervisor.Command>, WeightsLearner.Setup> learner,
            CompletableFuture<Begun> begun)
            implements Command {}

    /**
     * The warm-up is over: watch the load from now on.
     *
     * @param carrying the dispatchers that text waits for, beside that of the streams
     */
    record Watch(Overload overload, List<DispatcherSelector> carrying) implements Command {}

    /**
     * @param streams opens streams
     * @param warmUp opens those of a warm-up
     */
    record Begun(
            ActorRef<StreamSupervisor.Command> streams,
            ActorRef<StreamSupervisor.Command> warmUp,
            ActorRef<WeightsLearner.Command> weights) {}

    private static final DispatcherSelector STREAM_DISPATCHER = DispatcherSelector.fromConfig("weir.stream-dispatcher");
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MOST_PAUSE = Duration.ofMinutes(1);

    private Guardian() {}

    /** Waits to be told what to start: the ledger needs a running system to be opened. */
    static Behavior<Command> create() {
        return Behaviors.receive((context, command) -> {
            switch (command) {
                case Begin begin -> begin(context, begin);
                case Watch watch -> watch(context, watch);
            }
            return Behaviors.same();
        });
    }

    private static void begin(ActorContext<Command> context, Begin begin) {
        ActorRef<EnsembleSupervisor.Command> ensemble =
                context.spawn(EnsembleSupervisor.create(begin.ensemble()), "ensemble");
        ActorRef<StreamSupervisor.Command> streams =
                context.spawn(StreamSupervisor.create(begin.stream()), "streams", STREAM_DISPATCHER);
        ActorRef<StreamSupervisor.Command> warmUp =
                context.spawn(StreamSupervisor.create(begin.warmUp()), "warm-up", STREAM_DISPATCHER);
        ActorRef<WeightsLearner.Command> weights = context.spawn(
                Behaviors.supervise(WeightsLearner.create(begin.learner().apply(ensemble)))
                        .onFailure(SupervisorStrategy.restartWithBackoff(LEAST_PAUSE, MOST_PAUSE, 0.2)),
                "weights",
                DispatcherSelector.blocking());
        begin.begun().complete(new Begun(streams, warmUp, weights));
    }

    private static void watch(ActorContext<Command> context, Watch watch) {
        List<DispatcherSelector> carrying = new ArrayList<>(watch.carrying());
        carrying.add(STREAM_DISPATCHER);
        watch.overload()
                .interval()
                .ifPresent(interval ->
                        context.spawn(OverloadWatch.create(watch.overload(), interval, carrying), "overload"));
    }
}
