package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.CloseCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The port that clients connect to. Its event loops do what takes microseconds: frames, JSON, and handing text to the
 * streams' actors. All methods are safe from any thread but an event loop's.
 *
 * <p>To stop in good order: {@link #drain}, wait for it as long as the drain time allows, {@link #close}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nothing waits for the event loops of a failed start
public final class GatewayServer implements AutoCloseable {

    private static final int MOST_EVENT_LOOPS_BY_DEFAULT = 4;
    private static final int BACKLOG = 1_024;

    private final GatewaySettings settings;
    private final EventLoopGroup eventLoops;
    private final Channel listening;
    private final InetSocketAddress address;
    private final Connections connections;

    private GatewayServer(
            GatewaySettings settings, EventLoopGroup eventLoops, Channel listening, Connections connections) {
        this.settings = settings;
        this.eventLoops = eventLoops;
        this.listening = listening;
        this.address = (InetSocketAddress) listening.localAddress();
        this.connections = connections;
    }

    /**
     * Takes connections from now on.
     *
     * @param clock of the reviews
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static GatewayServer start(
            GatewaySettings settings,
            ActorRef<StreamSupervisor.Command> supervisor,
            Ledger ledger,
            Clock clock,
            Telemetry telemetry)
            throws BindException {
        Connections connections = new Connections(settings.maxConnections());
        EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(
                eventLoopThreads(settings), new DefaultThreadFactory("weir-gateway"), ListeningPort.ioHandlers());
        int highWater = settings.writeHighWaterBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(ListeningPort.channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(highWater / 2, highWater))
                .childHandler(
                        new GatewayPipeline(settings, supervisor, new FeedbackIntake(ledger, clock), connections));
        try {
            Channel listening =
                    ListeningPort.bind(bootstrap, settings.host(), settings.port(), "weir.gateway", "--port");
            telemetry.gauge("weir.connections.open", "WebSocket connections that are open.", connections::count);
            return new GatewayServer(settings, eventLoops, listening, connections);
        } catch (BindException e) {
            eventLoops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static int eventLoopThreads(GatewaySettings settings) {
        int chosen = settings.eventLoopThreads();
        return chosen > 0
                ? chosen
                : Math.min(MOST_EVENT_LOOPS_BY_DEFAULT, Runtime.getRuntime().availableProcessors());
    }

    /** Where it listens: the port that was chosen, if the settings named none. */
    public int port() {
        return address.getPort();
    }

    /**
     * Takes no new connections and no new streams, and closes each connection with 1001 once its last stream is over.
     * May be called again.
     *
     * @return completed when the last connection is gone
     */
    public CompletionStage<Void> drain() {
        listening.close().awaitUninterruptibly();
        return connections.retireAll(CloseCode.DRAINING);
    }

    /** Closes every connection with 1001, whatever streams it has open; returns at once. */
    public void closeConnections() {
        connections.closeAll(CloseCode.DRAINING);
    }

    /** Closes what is open with 1001, waits for the peers to answer (at most {@code close-timeout}), and lets go. */
    @Override
    public void close() {
        CompletionStage<Void> gone = drain();
        closeConnections();
        try {
            gone.toCompletableFuture().get(settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // the rest is cut off with its event loop
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with a failure", e);
        }
        eventLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
