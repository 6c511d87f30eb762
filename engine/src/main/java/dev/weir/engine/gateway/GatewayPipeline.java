package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.GatewayMeters;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a new socket goes through. At first HTTP; the handshake puts {@link FrameHandler} in place of
 * {@link HandshakeHandler} and the frame codec in place of everything HTTP, so that an open connection carries nothing
 * it does not use.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class GatewayPipeline extends ChannelInitializer<SocketChannel> {

    private static final int MAX_REQUEST_LINE = 4_096;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_BODY_BYTES = 8_192;

    /** Sockets beyond the connections allowed that may be on their way to being refused; the next is dropped unheard. */
    private static final int SPARE_SOCKETS = 1_024;

    private final GatewaySettings settings;
    private final EventLoops eventLoops;
    private final ActorRef<StreamSupervisor.Command> supervisor;
    private final FeedbackIntake intake;
    private final Connections connections;
    private final AnswerCounter answers;
    private final AtomicInteger sockets = new AtomicInteger();

    GatewayPipeline(
            GatewaySettings settings,
            EventLoops eventLoops,
            ActorRef<StreamSupervisor.Command> supervisor,
            FeedbackIntake intake,
            Connections connections) {
        this.settings = settings;
        this.eventLoops = eventLoops;
        this.supervisor = supervisor;
        this.intake = intake;
        this.connections = connections;
        this.answers = new AnswerCounter(connections.meters());
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        int open = sockets.incrementAndGet();
        channel.closeFuture().addListener(closed -> sockets.decrementAndGet());
        if (open > settings.maxConnections() + SPARE_SOCKETS) {
            connections.meters().connectionRefused(GatewayMeters.Refusal.TOO_MANY_SOCKETS);
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new HttpServerCodec(MAX_REQUEST_LINE, MAX_HEADER_BYTES, MAX_BODY_BYTES))
                .addLast(answers)
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                .addLast(new HandshakeHandler(settings, eventLoops, supervisor, intake, connections));
    }
}
