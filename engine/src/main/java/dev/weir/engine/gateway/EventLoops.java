package dev.weir.engine.gateway;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.setup.Setup;
import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.http.ListeningPort;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the gateway, and a dispatcher of actors on each of them. The actor of a stream runs on the event loop of
 * its connection: a delta is decoded, cut into tokens, decided and answered by one thread, and only what the experts score
 * goes to another. On a thread of its own the actor would be woken for each delta and the event loop for each verdict,
 * which costs more than the work between the two.
 *
 * <p>Made before the actors, closed after them.
 */
public final class EventLoops implements AutoCloseable {

    private static final String DISPATCHER = "weir.event-loop-dispatcher-";

    /** How the actor system finds the loops. */
    static final class LoopsSetup extends Setup {
        private final List<EventLoop> loops;

        private LoopsSetup(List<EventLoop> loops) {
            this.loops = List.copyOf(loops);
        }

        EventLoop loop(int number) {
            return loops.get(number);
        }
    }

    private final EventLoopGroup group;
    private final Map<EventLoop, DispatcherSelector> dispatchers = new HashMap<>();
    private final List<EventLoop> loops = new ArrayList<>();

    private EventLoops(EventLoopGroup group) {
        this.group = group;
        group.forEach(loop -> {
            dispatchers.put((EventLoop) loop, DispatcherSelector.fromConfig(DISPATCHER + loops.size()));
            loops.add((EventLoop) loop);
        });
    }

    /** @param threads at least 1 */
    public static EventLoops start(int threads) {
        return new EventLoops(new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("weir-gateway"), ListeningPort.ioHandlers()));
    }

    /** Makes an actor system of this configuration have a dispatcher on each loop. */
    public ActorSystemSetup setUp(Config config) {
        Config dispatching = config;
        for (int number = 0; number < loops.size(); number++) {
            dispatching = dispatching.withFallback(ConfigFactory.parseMap(Map.of(
                    DISPATCHER + number,
                    Map.of(
                            "type",
                            "Dispatcher",
                            "executor",
                            EventLoopExecutor.class.getName(),
                            "throughput",
                            config.getInt("weir.stream-dispatcher.throughput"),
                            EventLoopExecutor.NUMBER,
                            number))));
        }
        return ActorSystemSetup.create(BootstrapSetup.create(dispatching), new LoopsSetup(loops));
    }

    EventLoopGroup group() {
        return group;
    }

    /** Of actors that are to run on this loop, one of ours. */
    DispatcherSelector dispatcherOn(EventLoop loop) {
        return Objects.requireNonNull(dispatchers.get(loop), "not one of these event loops");
    }

    /** One for each loop. */
    public List<DispatcherSelector> dispatchers() {
        return List.copyOf(dispatchers.values());
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
