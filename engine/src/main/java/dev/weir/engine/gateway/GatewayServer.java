package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.CloseCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
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
public final class GatewayServer implements AutoCloseable {

    private static final int BACKLOG = 1_024;

    private final GatewaySettings settings;
    private final Channel listening;
    private final InetSocketAddress address;
    private final Connections connections;

    private GatewayServer(GatewaySettings settings, Channel listening, Connections connections) {
        this.settings = settings;
        this.listening = listening;
        this.address = (InetSocketAddress) listening.localAddress();
        this.connections = connections;
    }

    /**
     * Takes connections from now on.
     *
     * @param eventLoops stay the caller's
     * @param clock of the reviews
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static GatewayServer start(
            GatewaySettings settings,
            EventLoops eventLoops,
            ActorRef<StreamSupervisor.Command> supervisor,
            Ledger ledger,
            Clock clock,
            Telemetry telemetry)
            throws BindException {
        Connections connections = new Connections(settings.maxConnections(), telemetry.gateway());
        int highWater = settings.writeHighWaterBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops.group())
                .channel(ListeningPort.channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(highWater / 2, highWater))
                .childHandler(new GatewayPipeline(
                        settings, eventLoops, supervisor, new FeedbackIntake(ledger, clock), connections));
        Channel listening = ListeningPort.bind(bootstrap, settings.host(), settings.port(), "weir.gateway", "--port");
        telemetry.gauge(Metric.CONNECTIONS_OPEN, connections::count);
        telemetry.gauge(Metric.CONNECTIONS_LIMIT, settings::maxConnections);
        return new GatewayServer(settings, listening, connections);
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
    }
}
