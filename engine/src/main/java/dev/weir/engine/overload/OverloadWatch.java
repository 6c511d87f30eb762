package dev.weir.engine.overload;

import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Looks at the load at every interval, and finds out how long the threads that carry text let a task wait. */
public final class OverloadWatch extends AbstractBehavior<OverloadWatch.Command> {

    public sealed interface Command {}

    private record Probe() implements Command {}

    private record Carried(long delayNanos) implements Command {}

    /** Of these the shortest counts, so that one pause of the machine is no overload. */
    private static final int PROBES_A_LOOK = 2;

    /** @param carrying the dispatcher whose threads carry text */
    public static Behavior<Command> create(Overload overload, Duration interval, DispatcherSelector carrying) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Probe(), interval.dividedBy(PROBES_A_LOOK));
            return new OverloadWatch(
                    context, overload, context.getSystem().dispatchers().lookup(carrying));
        }));
    }

    private final Overload overload;
    private final Executor carrying;
    private long leastNanos = Long.MAX_VALUE;
    private int probes;

    private OverloadWatch(ActorContext<Command> context, Overload overload, Executor carrying) {
        super(context);
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
        var self = getContext().getSelf();
        long sent = overload.nanoTime();
        carrying.execute(() -> self.tell(new Carried(overload.nanoTime() - sent)));
        return this;
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
