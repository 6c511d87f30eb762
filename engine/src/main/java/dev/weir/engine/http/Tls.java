package dev.weir.engine.http;

import com.typesafe.config.Config;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of one port, or that it has none. Its files are read again when they have changed: connections that come
 * after that use what they say, and those that are open stay as they are. Files that cannot be used change nothing.
 * Thread-safe.
 */
public final class Tls {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String THREAD = "weir-tls";
    private static final int IDLE_SECONDS = 10;

    private final String path;
    private final Optional<TlsSettings> settings;
    private final Executor handshakes = handshakes();
    private String seen;
    private volatile @Nullable SslContext context;

    private Tls(String path, Optional<TlsSettings> settings) {
        this.path = path;
        this.settings = settings;
        this.seen = look();
    }

    /**
     * @param config of the block
     * @param path of it, such as {@code weir.gateway.tls}
     * @param problems given everything that is wrong with the settings and their files
     */
    public static Tls from(Config config, String path, List<String> problems) {
        Tls tls = new Tls(path, TlsSettings.from(config, path, problems));
        tls.read().ifPresent(problems::add);
        return tls;
    }

    /** None. */
    public static Tls off() {
        return new Tls("", Optional.empty());
    }

    /**
     * Signs and agrees on keys, which takes milliseconds a connection: on an event loop, all its other connections would
     * wait for each of them. Half the cores at most, so that newcomers leave the others as much. The threads end by
     * themselves when nobody comes.
     */
    private static Executor handshakes() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(THREAD).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** What comes and goes on this connection is encrypted from here on, if it is to be. */
    public void encrypt(Channel channel) {
        SslContext now = context;
        if (now != null) {
            channel.pipeline().addFirst("tls", now.newHandler(channel.alloc(), handshakes));
        }
    }

    /** @return why its files, which have changed, cannot be used; empty when they can, or have not */
    public synchronized Optional<String> readAgain() {
        String now = look();
        if (now.equals(seen)) {
            return Optional.empty();
        }
        seen = now;
        return read();
    }

    private Optional<String> read() {
        if (settings.isPresent()) {
            try {
                context = context(settings.get());
            } catch (IOException | RuntimeException e) {
                return Optional.of(path + ": " + settings.get().files() + " cannot be used (" + e.getMessage()
                        + "; expected: PEM, the key as PKCS #8 without a password)");
            }
        }
        return Optional.empty();
    }

    private static SslContext context(TlsSettings settings) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        settings.certificate().toFile(), settings.key().toFile())
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1));
        if (settings.clientCa().isPresent()) {
            builder.trustManager(settings.clientCa().get().toFile())
                    .clientAuth(settings.clientsNeedOne() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        return builder.build();
    }

    /** What the files look like from outside. */
    private String look() {
        StringBuilder look = new StringBuilder();
        for (Path file : settings.map(TlsSettings::files).orElse(List.of())) {
            try {
                look.append(file)
                        .append(Files.getLastModifiedTime(file))
                        .append(Files.size(file))
                        .append('\n');
            } catch (IOException e) {
                look.append(file).append(" is not there\n");
            }
        }
        return look.toString();
    }
}
