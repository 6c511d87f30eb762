package dev.weir.engine.http;

import akka.actor.typed.DispatcherSelector;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpServerCodec;

/** What one port serves, to whom, how long it waits, and how much it holds. */
public final class Port {

    private static final int MAX_REQUEST_LINE = 4_096;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_CHUNK_BYTES = 8_192;

    private final Routes routes;
    private final Door door;
    private final HttpSettings settings;
    private final Tls tls;
    private final Bodies bodies;

    public Port(Routes routes, Door door, HttpSettings settings, Tls tls) {
        this.routes = routes;
        this.door = door;
        this.settings = settings;
        this.tls = tls;
        this.bodies = new Bodies(settings.maxBodyBytes());
    }

    /**
     * Makes a new connection speak HTTP and serves what it asks for.
     *
     * @param dispatcher of actors that are to run on its event loop
     * @param between see what it is answered
     */
    public void take(Channel channel, DispatcherSelector dispatcher, ChannelHandler... between) {
        tls.encrypt(channel);
        channel.pipeline()
                .addLast(new HttpServerCodec(MAX_REQUEST_LINE, MAX_HEADER_BYTES, MAX_CHUNK_BYTES))
                .addLast(between)
                .addLast(new Router(channel, routes, door, settings, bodies, dispatcher));
    }
}
