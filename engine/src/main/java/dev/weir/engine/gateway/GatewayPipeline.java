package dev.weir.engine.gateway;

import dev.weir.engine.http.Port;
import dev.weir.engine.telemetry.GatewayMeters;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.util.function.Consumer;

/** What a new socket goes through: HTTP, request by request, until one of them makes it a WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class GatewayPipeline implements Consumer<SocketChannel> {

    /** Sockets beyond the connections allowed that may be on their way to being refused; the next is dropped unheard. */
    private static final int SPARE_SOCKETS = 1_024;

    private final GatewaySettings settings;
    private final EventLoops eventLoops;
    private final Port port;
    private final GatewayMeters meters;
    private final ChannelGroup sockets;

    /** @param sockets all that are open; kept up to date */
    GatewayPipeline(
            GatewaySettings settings, EventLoops eventLoops, Port port, GatewayMeters meters, ChannelGroup sockets) {
        this.settings = settings;
        this.eventLoops = eventLoops;
        this.port = port;
        this.meters = meters;
        this.sockets = sockets;
    }

    @Override
    public void accept(SocketChannel channel) {
        int highWater = settings.writeHighWaterBytes();
        channel.config()
                .setTcpNoDelay(true)
                .setWriteBufferWaterMark(new WriteBufferWaterMark(highWater / 2, highWater));
        sockets.add(channel);
        if (sockets.size() > settings.maxConnections() + SPARE_SOCKETS) {
            meters.connectionRefused(GatewayMeters.Refusal.TOO_MANY_SOCKETS);
            channel.close();
            return;
        }
        port.take(channel, eventLoops.dispatcherOn(channel.eventLoop()), new AnswerCounter(meters));
    }
}
