package dev.weir.peers.djl;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Entry: {@code Server ENCODER HEAD TOKENIZER WINDOW EVERY}. Prints {@code ready PORT}. In: {@code {"s":1,"t":"text"}},
 * one frame a token, then {@code {"s":1,"end":true}}, which scores what no window has seen. Out:
 * {@code {"s":1,"score":0.02,"through":57}}, and with {@code "end":true} for the last.
 */
public final class Server {
    private static final int MAX_HTTP_BYTES = 65_536;

    private Server() {}

    public static void main(String[] args) throws Exception {
        int window = Integer.parseInt(args[3]);
        int every = Integer.parseInt(args[4]);
        Scorer scorer = Scorer.open(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), window);
        Worker worker = new Worker(scorer);
        Thread.ofPlatform()
                .name("worker")
                .uncaughtExceptionHandler((thread, failure) -> {
                    System.err.println("ended: " + failure);
                    System.exit(1);
                })
                .start(worker);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_HTTP_BYTES))
                                .addLast(new WebSocketServerProtocolHandler("/"))
                                .addLast(new FrameHandler(worker, window, every));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        System.out.println("ready " + ((InetSocketAddress) listening.localAddress()).getPort());
    }
}
