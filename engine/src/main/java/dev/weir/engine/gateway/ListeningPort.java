package dev.weir.engine.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/** How ports of this server are opened: with epoll where the system has it, and with a clear word when they cannot be. */
public final class ListeningPort {

    private ListeningPort() {}

    public static IoHandlerFactory ioHandlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    public static Class<? extends ServerChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /**
     * Binds, and waits until it is done.
     *
     * @param block the settings that named the port, such as {@code weir.gateway}
     * @param option of the command line that changes it
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static Channel bind(ServerBootstrap bootstrap, String host, int port, String block, String option)
            throws BindException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new BindException(
                    block + ".host: " + host + " is not known (expected: an address or name of this machine)");
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        Throwable cause = bound.cause();
        BindException failure = new BindException(explain(cause, host, port, block, option));
        failure.initCause(cause);
        throw failure;
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
