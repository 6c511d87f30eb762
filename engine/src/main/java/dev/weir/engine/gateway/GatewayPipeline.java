package dev.weir.engine.gateway;

import dev.weir.engine.http.Door;
import dev.weir.engine.http.Router;
import dev.weir.engine.http.Routes;
import dev.weir.engine.http.Tls;
import dev.weir.engine.telemetry.GatewayMeters;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;

/** What a new socket goes through: HTTP, request by request, until one of them makes it a WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class GatewayPipeline extends ChannelInitializer<SocketChannel> {

    private static final int MAX_REQUEST_LINE = 4_096;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_CHUNK_BYTES = 8_192;

    /** Sockets beyond the connections allowed that may be on their way to being refused; the next is dropped unheard. */
    private static final int SPARE_SOCKETS = 1_024;

    private final GatewaySettings settings;
    private final EventLoops eventLoops;
    private final Routes routes;
    private final Door door;
    private final Tls tls;
    private final GatewayMeters meters;
    private final ChannelGroup sockets;

    /** @param sockets all that are open; kept up to date */
    GatewayPipeline(
            GatewaySettings settings,
            EventLoops eventLoops,
            Routes routes,
            Door door,
            Tls tls,
            GatewayMeters meters,
            ChannelGroup sockets) {
        this.settings = settings;
        this.eventLoops = eventLoops;
        this.routes = routes;
        this.door = door;
        this.tls = tls;
        this.meters = meters;
        this.sockets = sockets;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        sockets.add(channel);
        if (sockets.size() > settings.maxConnections() + SPARE_SOCKETS) {
            meters.connectionRefused(GatewayMeters.Refusal.TOO_MANY_SOCKETS);
            channel.close();
            return;
        }
        tls.encrypt(channel);
        channel.pipeline()
                .addLast(new HttpServerCodec(MAX_REQUEST_LINE, MAX_HEADER_BYTES, MAX_CHUNK_BYTES))
                .addLast(new AnswerCounter(meters))
                .addLast(new Router(
                        channel, routes, door, settings.http(), eventLoops.dispatcherOn(channel.eventLoop())));
    }
}
