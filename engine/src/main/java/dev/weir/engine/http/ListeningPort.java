package dev.weir.engine.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A port of this server. It is bound first and accepts later: a clash is told before anything else is done, nobody else
 * takes the port meanwhile, and whoever connects too early waits in the system's queue. Safe from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close that is not awaited
public final class ListeningPort implements AutoCloseable {

    private static final int BACKLOG = 1_024;

    private final Channel channel;
    private final InetSocketAddress address;
    private final Welcome welcome;

    private ListeningPort(Channel channel, Welcome welcome) {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.localAddress();
        this.welcome = welcome;
    }

    /** What threads of a port take part in: epoll, where the system has it. */
    public static IoHandlerFactory ioHandlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    /**
     * Binds, and waits until it is done.
     *
     * @param loops with {@link #ioHandlers}; stay the caller's
     * @param port 0 lets the system choose a free one
     * @param block the settings that named the port, such as {@code weir.gateway}
     * @param option of the command line that changes it
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static ListeningPort bind(EventLoopGroup loops, String host, int port, String block, String option)
            throws BindException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new BindException(
                    block + ".host: " + host + " is not known (expected: an address or name of this machine)");
        }
        Welcome welcome = new Welcome();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(welcome)
                .bind(address)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return new ListeningPort(bound.channel(), welcome);
        }
        Throwable cause = bound.cause();
        BindException failure = new BindException(explain(cause, host, port, block, option));
        failure.initCause(cause);
        throw failure;
    }

    /** Takes connections from now on, each on its event loop. Once. */
    public void accept(Consumer<SocketChannel> connections) {
        welcome.connections = connections;
        channel.config().setAutoRead(true);
    }

    /** The one that was chosen, if none was named. */
    public int port() {
        return address.getPort();
    }

    /** Takes no more connections; who was not accepted yet is cut off, and who was stays. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    private static final class Welcome extends ChannelInitializer<SocketChannel> {

        private volatile Consumer<SocketChannel> connections = SocketChannel::close;

        @Override
        protected void initChannel(SocketChannel channel) {
            connections.accept(channel);
        }
    }

    private static String explain(Throwable cause, String host, int port, String block, String option) {
        String reason = String.valueOf(cause.getMessage());
        String where = host + ":" + port;
        if (reason.contains("Address already in use")) {
            return where + " is in use by another process: stop it, or choose another port with " + option + " or "
                    + block + ".port (0 takes a free one)";
        }
        if (reason.contains("Permission denied")) {
            return where + " needs rights this process does not have: choose a port above 1023 with " + option + " or "
                    + block + ".port";
        }
        if (reason.contains("Cannot assign requested address")) {
            return where + " is not an address of this machine: change " + block + ".host";
        }
        return where + " cannot be bound (" + (cause instanceof IOException ? reason : cause) + "): change " + block
                + ".host or " + block + ".port";
    }
}
