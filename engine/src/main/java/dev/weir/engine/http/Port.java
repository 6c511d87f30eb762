package dev.weir.engine.http;

import akka.actor.typed.DispatcherSelector;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpServerCodec;

/** What one port serves, to whom, and how long it waits. */
public record Port(Routes routes, Door door, HttpSettings settings, Tls tls) {

    private static final int MAX_REQUEST_LINE = 4_096;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_CHUNK_BYTES = 8_192;

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
                .addLast(new Router(channel, routes, door, settings, dispatcher));
    }
}
