package dev.weir.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.MessageBuffer;
import dev.weir.protocol.ProtoCodec;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A server in front of a good one, which does what the good one would without one of its hooks: it keeps text from it, asks
 * the upstream behind its back, or tells clients something else than it said.
 */
final class BrokenGuard implements AutoCloseable {

    /** What is broken; of a guard that is whole, nothing. */
    interface Fault {

        /** What the good server is told in place of this. */
        default ClientMessage told(ClientMessage message, OpenStream stream, Subprotocol subprotocol) {
            return message;
        }

        /** What the client is told in place of this; empty for nothing. */
        default Optional<ServerMessage> said(ServerMessage message, OpenStream stream, Subprotocol subprotocol) {
            return Optional.of(message);
        }

        /** What the good server is asked in place of this. */
        default String asked(String path, String body) {
            return body;
        }

        /** Whether the upstream is asked, and nobody moderates what it says. */
        default boolean bypasses(String path, boolean stream, String canary) {
            return false;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Fault fault;
    private final URI good;
    private final URI upstream;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;

    /**
     * @param good base of the server that does everything right
     * @param upstream that has the canaries
     */
    BrokenGuard(Fault fault, URI good, URI upstream) {
        this.fault = fault;
        this.good = good;
        this.upstream = upstream;
        this.listening = new ServerBootstrap()
                .group(eventLoop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Front());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort());
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        eventLoop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
        http.shutdownNow();
    }

    private final class Front extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
                shakeHands(context, request);
            } else {
                String path = request.uri();
                String canary = request.headers().get("x-weir-canary");
                String body = request.content().toString(StandardCharsets.UTF_8);
                Thread.startVirtualThread(() -> context.writeAndFlush(ask(path, canary, body)));
            }
        }

        private void shakeHands(ChannelHandlerContext context, FullHttpRequest request) {
            Subprotocol subprotocol = Subprotocol.named(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL))
                    .orElseThrow();
            new WebSocketServerHandshakerFactory(base().toString(), subprotocol.wireName(), false)
                    .newHandshaker(request)
                    .handshake(context.channel(), request);
            context.pipeline().replace(this, "pair", new Pair(context.channel(), subprotocol));
        }
    }

    private FullHttpResponse ask(String path, String canary, String body) {
        try {
            boolean bypassed =
                    fault.bypasses(path, JSON.readTree(body).path("stream").asBoolean(false), canary);
            URI where = bypassed ? URI.create(upstream + path.substring("/v1".length())) : good.resolve(path);
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(where)
                            .header("content-type", "application/json")
                            .header("x-weir-canary", canary)
                            .POST(HttpRequest.BodyPublishers.ofString(fault.asked(path, body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            FullHttpResponse passed = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(answer.statusCode()),
                    Unpooled.wrappedBuffer(answer.body()));
            passed.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
            return passed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The client's connection, and the one to the good server. */
    private final class Pair extends SimpleChannelInboundHandler<WebSocketFrame> implements WebSocket.Listener {

        private final Channel client;
        private final Subprotocol subprotocol;
        private final CompletableFuture<WebSocket> server;
        private final StringBuilder text = new StringBuilder();
        private CompletableFuture<?> written = CompletableFuture.completedFuture(null);
        private volatile OpenStream stream = new OpenStream("none");

        Pair(Channel client, Subprotocol subprotocol) {
            this.client = client;
            this.subprotocol = subprotocol;
            this.server = http.newWebSocketBuilder()
                    .subprotocols(subprotocol.wireName())
                    .header("x-weir-canary", "socket")
                    .buildAsync(URI.create("ws" + good.toString().substring("http".length()) + "/v1/stream"), this);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) throws ProtocolException {
            if (!(frame instanceof TextWebSocketFrame) && !(frame instanceof BinaryWebSocketFrame)) {
                return;
            }
            byte[] bytes = new byte[frame.content().readableBytes()];
            frame.content().readBytes(bytes);
            ClientMessage message = subprotocol == Subprotocol.JSON
                    ? JsonCodec.decodeClient(bytes)
                    : ProtoCodec.decodeClient(bytes, bytes.length);
            if (message instanceof OpenStream opened) {
                stream = opened;
            }
            ClientMessage told = fault.told(message, stream, subprotocol);
            written = written.thenCompose(before -> server)
                    .thenCompose(socket -> subprotocol == Subprotocol.JSON
                            ? socket.sendText(JsonCodec.encode(told), true)
                            : socket.sendBinary(ByteBuffer.wrap(ProtoCodec.encode(told)), true));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            server.thenAccept(WebSocket::abort);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // the doctor hangs up without a goodbye
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String json = text.toString();
                text.setLength(0);
                say(() -> JsonCodec.decodeServer(json));
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()]; // messages of a canary are short: never in parts
            data.get(bytes);
            say(() -> ProtoCodec.decodeServer(bytes));
            from.request(1);
            return null;
        }

        private interface Reading {
            ServerMessage message() throws ProtocolException;
        }

        private void say(Reading reading) {
            try {
                List<ServerMessage> said = fault.said(reading.message(), stream, subprotocol).stream()
                        .toList();
                for (ServerMessage message : said) {
                    MessageBuffer out = new MessageBuffer();
                    subprotocol.encode(message, out);
                    client.writeAndFlush(
                            subprotocol == Subprotocol.JSON
                                    ? new TextWebSocketFrame(Unpooled.wrappedBuffer(out.toBytes()))
                                    : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(out.toBytes())));
                }
            } catch (ProtocolException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
