package dev.weir.engine.overload;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Looks at the load at every interval, and finds out how long the threads that carry text let a task wait. */
public final class OverloadWatch extends AbstractBehavior<OverloadWatch.Command> {

    public sealed interface Command {}

    private record Probe() implements Command {}

    private record Carried(long delayNanos) implements Command {}

    /** Of these the shortest counts, so that one pause of the machine is no overload. */
    private static final int PROBES_A_LOOK = 2;

    /** @param carrying the dispatchers whose threads carry text */
    public static Behavior<Command> create(Overload overload, Duration interval, List<DispatcherSelector> carrying) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerAtFixedRate(new Probe(), interval.dividedBy(PROBES_A_LOOK));
            List<Executor> executors = new ArrayList<>();
            carrying.forEach(
                    selector -> executors.add(context.getSystem().dispatchers().lookup(selector)));
            return new OverloadWatch(context, overload, executors);
        }));
    }

    private final Overload overload;
    private final List<Executor> carrying;
    private long leastNanos = Long.MAX_VALUE;
    private int probes;

    private OverloadWatch(ActorContext<Command> context, Overload overload, List<Executor> carrying) {
        super(context);
        context.setLoggerName(OverloadWatch.class); // made inside a timer's scope, it would be taken for Akka's own
        this.overload = overload;
        this.carrying = carrying;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Probe.class, probe -> onProbe())
                .onMessage(Carried.class, this::onCarried)
                .build();
    }

    private Behavior<Command> onProbe() {
        carry(0, 0, getContext().getSelf());
        return this;
    }

    /** From one dispatcher to the next, and back with the longest wait. */
    private void carry(int next, long longestNanos, ActorRef<Command> self) {
        if (next == carrying.size()) {
            self.tell(new Carried(longestNanos));
            return;
        }
        long sent = overload.nanoTime();
        carrying.get(next).execute(() -> carry(next + 1, Math.max(longestNanos, overload.nanoTime() - sent), self));
    }

    private Behavior<Command> onCarried(Carried carried) {
        leastNanos = Math.min(leastNanos, carried.delayNanos());
        if (++probes == PROBES_A_LOOK) {
            Level before = overload.level();
            overload.look(leastNanos);
            if (overload.level() != before) {
                getContext().getLog().warn("overload: {} (was {})", overload.level(), before);
            }
            leastNanos = Long.MAX_VALUE;
            probes = 0;
        }
        return this;
    }
}
