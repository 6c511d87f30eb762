package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Access;
import dev.weir.engine.http.Door;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.ListeningPort;
import dev.weir.engine.http.Port;
import dev.weir.engine.http.Router;
import dev.weir.engine.http.Routes;
import dev.weir.engine.http.Tls;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.CloseCode;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
public final class GatewayServer implements AutoCloseable {

    private final GatewaySettings settings;
    private final ListeningPort listening;
    private final Connections connections;
    private final ChannelGroup sockets;

    private GatewayServer(
            GatewaySettings settings, ListeningPort listening, Connections connections, ChannelGroup sockets) {
        this.settings = settings;
        this.listening = listening;
        this.connections = connections;
        this.sockets = sockets;
    }

    /**
     * The port that the settings name, for a server to be.
     *
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static ListeningPort bind(GatewaySettings settings, EventLoops eventLoops) throws BindException {
        return ListeningPort.bind(eventLoops.group(), settings.host(), settings.port(), "weir.gateway", "--port");
    }

    /**
     * Takes connections from now on.
     *
     * @param listening becomes the server's
     * @param eventLoops stay the caller's
     * @param clock of the reviews
     * @param access decides who is let in
     * @param tls of the port
     * @param others served beside those of the gateway itself
     */
    public static GatewayServer start(
            ListeningPort listening,
            GatewaySettings settings,
            EventLoops eventLoops,
            ActorRef<StreamSupervisor.Command> supervisor,
            Ledger ledger,
            Clock clock,
            Telemetry telemetry,
            Access access,
            Tls tls,
            List<Endpoint> others) {
        Connections connections = new Connections(settings.maxConnections(), telemetry.gateway());
        FeedbackIntake intake = new FeedbackIntake(ledger, clock);
        List<Endpoint> endpoints = new ArrayList<>(others);
        endpoints.add(new HandshakeEndpoint(settings, supervisor, intake, connections, access));
        endpoints.add(new FeedbackEndpoint(intake));
        ChannelGroup sockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        Port port = new Port(new Routes(endpoints), Door.ofClients(access), settings.http(), tls);
        listening.accept(new GatewayPipeline(settings, eventLoops, port, telemetry.gateway(), sockets));
        telemetry.gauge(Metric.CONNECTIONS_OPEN, connections::count);
        telemetry.gauge(Metric.CONNECTIONS_LIMIT, settings::maxConnections);
        return new GatewayServer(settings, listening, connections, sockets);
    }

    /** Where it listens: the port that was chosen, if the settings named none. */
    public int port() {
        return listening.port();
    }

    /**
     * Takes no new connections, requests and streams, and closes each connection once its last stream (with 1001) or its
     * request is over. May be called again.
     *
     * @return completed when the last connection is gone
     */
    public CompletionStage<Void> drain() {
        listening.close();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        sockets.newCloseFuture().addListener(closed -> gone.complete(null));
        sockets.forEach(Router::retire);
        return gone.thenCombine(connections.retireAll(CloseCode.DRAINING), (all, webSockets) -> null);
    }

    /** Closes every connection, with 1001 where it is a WebSocket, whatever goes on there; returns at once. */
    public void closeConnections() {
        connections.closeAll(CloseCode.DRAINING);
        sockets.close(channel -> channel.pipeline().get(Router.class) != null);
    }

    /** Closes what is open with 1001, waits for the peers to answer (at most {@code close-timeout}), and lets go. */
    @Override
    public void close() {
        CompletionStage<Void> gone = drain();
        closeConnections();
        try {
            gone.toCompletableFuture().get(settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // the rest is cut off
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with a failure", e);
        } finally {
            sockets.close().awaitUninterruptibly(); // an event loop that ends does not always do it
        }
    }
}
