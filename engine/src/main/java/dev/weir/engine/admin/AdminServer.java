package dev.weir.engine.admin;

import dev.weir.engine.access.Access;
import dev.weir.engine.gateway.ListeningPort;
import dev.weir.engine.http.Door;
import dev.weir.engine.http.Tls;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What operators ask, on a port and a thread of their own, so that they answer while clients are busy.
 * Safe from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
public final class AdminServer implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 8_192;
    private static final int IDLE_SECONDS = 120;

    /** What a watcher that does not read can have the system hold for it. */
    private static final int SEND_BUFFER_BYTES = 32 << 10;

    private final EventLoopGroup eventLoop;
    private final Channel listening;
    private final InetSocketAddress address;
    private final JvmGcMetrics gcMetrics;

    private final LedgerDesk desk;
    private final WhatIf whatIf;

    private AdminServer(
            EventLoopGroup eventLoop, Channel listening, JvmGcMetrics gcMetrics, LedgerDesk desk, WhatIf whatIf) {
        this.desk = desk;
        this.whatIf = whatIf;
        this.eventLoop = eventLoop;
        this.listening = listening;
        this.address = (InetSocketAddress) listening.localAddress();
        this.gcMetrics = gcMetrics;
    }

    /**
     * Answers from now on. Also registers the metrics of the JVM: start one server a registry.
     *
     * @param access decides who is let in
     * @param tls of the port
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static AdminServer start(AdminSettings settings, AdminSources sources, Access access, Tls tls)
            throws BindException {
        LedgerDesk desk = new LedgerDesk(sources.ledger());
        WhatIf whatIf = new WhatIf(sources.ledger());
        EventFeed feed = new EventFeed(
                settings.sampleInterval(),
                settings.maxWatchers(),
                () -> new Sampler(new Meters(sources.registry()), sources.ensemble(), sources.live(), sources.clock()),
                sources.live(),
                access::stillAdmits);
        Routes routes = Routes.of(settings, sources, feed, desk, whatIf);
        OwnPages ownPages = new OwnPages(settings.names());
        Door door = Door.ofOperators(access);
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("weir-admin", true), ListeningPort.ioHandlers());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoop)
                .channel(ListeningPort.channelType())
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        tls.encrypt(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                                .addLast(new FlowControlHandler())
                                .addLast(new AdminHandler(routes, ownPages, door));
                    }
                });
        try {
            Channel listening =
                    ListeningPort.bind(bootstrap, settings.host(), settings.port(), "weir.admin", "--admin-port");
            return new AdminServer(eventLoop, listening, bindJvmMetrics(sources.registry()), desk, whatIf);
        } catch (BindException e) {
            eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
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
        return address.getPort();
    }

    @Override
    public void close() {
        gcMetrics.close();
        whatIf.close();
        desk.close();
        listening.close().awaitUninterruptibly();
        eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
