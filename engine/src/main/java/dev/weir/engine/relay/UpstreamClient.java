package dev.weir.engine.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the upstream, kept for the next request. Each event loop has its own, so that a reply is read, decided
 * and passed on by one thread. Thread-safe.
 */
final class UpstreamClient implements AutoCloseable {

    private static final int MAX_REQUEST_LINE = 4_096;
    private static final int MAX_HEAD_BYTES = 32_768;
    private static final int MAX_CHUNK_BYTES = 8_192;
    /** More than a chunk can become, so it bounds memory and stops nothing. */
    private static final int MAX_DECOMPRESSED = 16 << 20;

    private final RelaySettings settings;
    private final URI upstream;
    private final @Nullable SslContext tls;
    private final BackgroundResolver resolver = new BackgroundResolver();
    private final Map<EventLoop, ChannelPool> pools = new ConcurrentHashMap<>();

    /** @throws IllegalStateException when TLS cannot be had, or not with the certificates that are to be trusted */
    UpstreamClient(RelaySettings settings, URI upstream) {
        this.settings = settings;
        this.upstream = upstream;
        this.tls = upstream.getScheme().equals("https") ? tls(settings) : null;
    }

    private static SslContext tls(RelaySettings settings) {
        try {
            SslContextBuilder context = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
            settings.trust().ifPresent(file -> context.trustManager(file.toFile()));
            return context.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "weir.relay.trust: " + settings.trust().orElse(null) + " (expected: certificates in PEM)", e);
        }
    }

    /**
     * Asks the upstream. On {@code beside}'s event loop, and so is everything that comes of it.
     *
     * @param beside a channel whose kind and event loop the connection is to have
     * @param request is taken over; its headers are complete but for {@code host}
     */
    UpstreamCall send(Channel beside, FullHttpRequest request, UpstreamListener listener) {
        request.headers().set("host", authority());
        ChannelPool pool = pools.computeIfAbsent(beside.eventLoop(), loop -> newPool(beside, loop));
        UpstreamCall call = new UpstreamCall(settings, pool, beside.eventLoop(), request, listener);
        call.connect();
        return call;
    }

    private String authority() {
        return upstream.getPort() < 0 ? upstream.getHost() : upstream.getHost() + ":" + upstream.getPort();
    }

    private int port() {
        return upstream.getPort() >= 0 ? upstream.getPort() : tls == null ? 80 : 443;
    }

    private ChannelPool newPool(Channel beside, EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(new ReflectiveChannelFactory<>(beside.getClass()))
                .resolver(resolver)
                .remoteAddress(InetSocketAddress.createUnresolved(upstream.getHost(), port()))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis()));
        return new FixedChannelPool(
                bootstrap,
                new NewConnection(),
                ChannelHealthChecker.ACTIVE,
                FixedChannelPool.AcquireTimeoutAction.FAIL,
                settings.connectTimeout().toMillis(),
                settings.maxConnections(),
                settings.maxWaiting());
    }

    @Override
    public void close() {
        pools.values().forEach(ChannelPool::close);
        resolver.close();
    }

    private final class NewConnection extends AbstractChannelPoolHandler {

        @Override
        public void channelCreated(Channel channel) {
            if (tls != null) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), upstream.getHost(), port()));
            }
            channel.pipeline()
                    .addLast(new HttpClientCodec(MAX_REQUEST_LINE, MAX_HEAD_BYTES, MAX_CHUNK_BYTES))
                    .addLast(new HttpContentDecompressor(MAX_DECOMPRESSED))
                    .addLast(new UpstreamConnection(channel, settings.pooledTimeout()));
        }
    }
}
