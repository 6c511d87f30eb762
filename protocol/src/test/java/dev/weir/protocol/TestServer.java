package dev.weir.protocol;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real WebSocket on port 0 whose every answer is written by the test, message by message. */
final class TestServer implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final byte[] NUMBER_99 = {(byte) 0x9A, 6, 0};

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final Subprotocol subprotocol;
    private final Channel listening;

    TestServer(Subprotocol subprotocol) {
        this.subprotocol = subprotocol;
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(new WebSocketServerProtocolHandler(
                                        "/v1/stream", subprotocol.wireName(), true, 1 << 20))
                                .addLast(new Peer(channel));
                    }
                })
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .syncUninterruptibly()
                .channel();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort() + "/v1/stream");
    }

    /** The next connection that completed its handshake. */
    Peer accept() throws InterruptedException {
        return present(peers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a connection");
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static <T> T present(T value, String what) {
        if (value == null) {
            throw new AssertionError("no sign of " + what + " within " + PATIENCE_SECONDS + " s");
        }
        return value;
    }

    /** One client, as its server sees it. */
    final class Peer extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final Channel channel;
        private final BlockingQueue<ClientMessage> received = new LinkedBlockingQueue<>();

        private Peer(Channel channel) {
            this.channel = channel;
        }

        /** The next message of the client, which has to be of this type. */
        <M extends ClientMessage> M expect(Class<M> type) throws InterruptedException {
            return type.cast(present(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), type.getSimpleName()));
        }

        /** Whether everything the client said has been expected. */
        boolean isQuiet() {
            return received.isEmpty();
        }

        void say(ServerMessage message) {
            MessageBuffer out = new MessageBuffer();
            subprotocol.encode(message, out);
            sayRaw(Unpooled.wrappedBuffer(out.toBytes()));
        }

        /** A message of a type that no client knows yet. */
        void sayNews() {
            sayRaw(
                    subprotocol == Subprotocol.JSON
                            ? Unpooled.copiedBuffer(
                                    "{\"type\":\"from_the_future\",\"stream\":\"a\"}", StandardCharsets.UTF_8)
                            : Unpooled.wrappedBuffer(NUMBER_99));
        }

        private void sayRaw(ByteBuf message) {
            channel.writeAndFlush(
                    subprotocol == Subprotocol.JSON
                            ? new TextWebSocketFrame(message)
                            : new BinaryWebSocketFrame(message));
        }

        /** Cuts the wire without a word. */
        void vanish() {
            channel.close().syncUninterruptibly();
        }

        void close(CloseCode code) {
            channel.writeAndFlush(new CloseWebSocketFrame(code.status(), code.reason()));
        }

        void awaitGone() throws InterruptedException {
            if (!channel.closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the client is still connected");
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                peers.add(this);
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) throws Exception {
            byte[] bytes = ByteBufUtil.getBytes(frame.content());
            received.add(
                    switch (frame) {
                        case TextWebSocketFrame text -> JsonCodec.decodeClient(bytes);
                        case BinaryWebSocketFrame binary -> asText(ProtoCodec.decodeClient(bytes, bytes.length));
                        default -> throw new IllegalStateException("read a " + frame);
                    });
        }

        private static ClientMessage asText(ClientMessage message) {
            if (message instanceof ClientMessage.Utf8Delta delta) {
                MessageBuffer text = new MessageBuffer();
                delta.text().writeTo(text);
                return new ClientMessage.Delta(delta.stream(), text.decode(), delta.at());
            }
            return message;
        }
    }
}
