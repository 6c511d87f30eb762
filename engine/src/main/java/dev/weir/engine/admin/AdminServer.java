package dev.weir.engine.admin;

import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.access.Access;
import dev.weir.engine.http.ListeningPort;
import dev.weir.engine.http.Port;
import dev.weir.engine.http.Routes;
import dev.weir.engine.http.Tls;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What operators ask, on a port and a thread of their own, so that they answer while clients are busy. Safe from any
 * thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
public final class AdminServer implements AutoCloseable {

    /** What a watcher that does not read can have the system hold for it. */
    private static final int SEND_BUFFER_BYTES = 32 << 10;

    /** Connections beyond those allowed that may be on their way to being told so; the next is dropped unheard. */
    private static final int SPARE_CONNECTIONS = 64;

    private final AdminSettings settings;
    private final EventLoopGroup eventLoop;
    private final ListeningPort listening;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private AdminServer(AdminSettings settings, EventLoopGroup eventLoop, ListeningPort listening) {
        this.settings = settings;
        this.eventLoop = eventLoop;
        this.listening = listening;
    }

    /**
     * Takes the port, and answers nobody yet.
     *
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static AdminServer bind(AdminSettings settings) throws BindException {
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("weir-admin", true), ListeningPort.ioHandlers());
        try {
            return new AdminServer(
                    settings,
                    eventLoop,
                    ListeningPort.bind(eventLoop, settings.host(), settings.port(), "weir.admin", "--admin-port"));
        } catch (BindException e) {
            eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    /**
     * Answers from now on. Also registers the metrics of the JVM: serve once a registry.
     *
     * @param access decides who is let in
     * @param tls of the port
     */
    public void serve(AdminSources sources, Access access, Tls tls) {
        LedgerDesk desk = new LedgerDesk(sources.ledger());
        closing.push(desk::close);
        WhatIf whatIf = new WhatIf(sources.ledger());
        closing.push(whatIf::close);
        closing.push(bindJvmMetrics(sources.registry())::close);
        EventFeed feed = new EventFeed(
                settings.sampleInterval(),
                settings.maxWatchers(),
                () -> new Sampler(new Meters(sources.registry()), sources.ensemble(), sources.live(), sources.clock()),
                sources.live(),
                access::stillAdmits);
        Routes routes = Operations.of(settings, sources, feed, desk, whatIf);
        Port port = new Port(routes, new OperatorsDoor(access, false), settings.http(), tls);
        Port crowded = new Port(routes, new OperatorsDoor(access, true), settings.http(), tls);
        listening.accept(channel -> take(channel, port, crowded));
    }

    private void take(SocketChannel channel, Port port, Port crowded) {
        channel.config().setSendBufferSize(SEND_BUFFER_BYTES);
        connections.add(channel);
        if (connections.size() > settings.maxConnections() + SPARE_CONNECTIONS) {
            channel.close();
            return;
        }
        Port served = connections.size() > settings.maxConnections() ? crowded : port;
        served.take(channel, DispatcherSelector.sameAsParent());
    }

    private static JvmGcMetrics bindJvmMetrics(PrometheusMeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        JvmGcMetrics gcMetrics = new JvmGcMetrics(); // listens to the collectors until it is closed
        gcMetrics.bindTo(registry);
        return gcMetrics;
    }

    /** Where it listens: the port that was chosen, if the settings named none. */
    public int port() {
        return listening.port();
    }

    /** May be called again. */
    @Override
    public void close() {
        listening.close();
        connections.close().awaitUninterruptibly(); // an event loop that ends does not always do it
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
        eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
