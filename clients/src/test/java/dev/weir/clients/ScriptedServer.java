package dev.weir.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.MessageBuffer;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Utf8Text;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real WebSocket on port 0 whose every byte is said by the test, in either subprotocol. */
final class ScriptedServer implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Handshake> handshakes = new LinkedBlockingQueue<>();
    private final Channel listening;

    ScriptedServer() {
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast("asked", new SimpleChannelInboundHandler<FullHttpRequest>() {
                                    @Override
                                    protected void channelRead0(
                                            ChannelHandlerContext context, FullHttpRequest request) {
                                        handshakes.add(new Handshake(channel, request.retain()));
                                    }
                                });
                    }
                })
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .syncUninterruptibly()
                .channel();
    }

    String url() {
        return "ws://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort() + "/v1/stream";
    }

    /** The next client that knocks. */
    Handshake awaitHandshake() throws InterruptedException {
        return present(handshakes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a connection");
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static <T> T present(@Nullable T value, String what) {
        if (value == null) {
            throw new AssertionError("no sign of " + what + " within " + PATIENCE_SECONDS + " s");
        }
        return value;
    }

    /** A client that knocked and waits for an answer. */
    record Handshake(Channel channel, FullHttpRequest request) {

        HttpHeaders headers() {
            return request.headers();
        }

        void refuse(int status) {
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
            answer.headers().set("content-length", "0").set("connection", "close");
            request.release();
            channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }

        /** @param mute whether pings are not answered */
        Peer accept(Subprotocol subprotocol, boolean mute) {
            Peer peer = new Peer(channel, subprotocol, mute);
            WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(1 << 20)
                    .closeOnProtocolViolation(false)
                    .build();
            channel.eventLoop().execute(() -> {
                channel.pipeline().replace("asked", "peer", peer);
                new WebSocketServerHandshaker13(null, null, config)
                        .handshake(
                                channel,
                                request,
                                new DefaultHttpHeaders().set("sec-websocket-protocol", subprotocol.wireName()),
                                channel.newPromise());
                request.release();
            });
            return peer;
        }
    }

    /** One connected client, as the server sees it. */
    static final class Peer extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final Channel channel;
        private final Subprotocol subprotocol;
        private final boolean mute;
        private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
        private volatile boolean saidClose;

        Peer(Channel channel, Subprotocol subprotocol, boolean mute) {
            this.channel = channel;
            this.subprotocol = subprotocol;
            this.mute = mute;
        }

        JsonNode awaitMessage(String what) throws InterruptedException {
            return present(messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), what);
        }

        String awaitPong() throws InterruptedException {
            return present(pongs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a pong");
        }

        /** The status the client closes with; 1005 when it says none, 1006 when it is gone without a word. */
        int awaitClose() throws InterruptedException {
            return present(closes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a close");
        }

        /** What the client said that nobody has awaited yet. */
        @Nullable
        JsonNode unawaited() {
            return messages.peek();
        }

        void say(JsonNode message) throws Exception {
            if (subprotocol == Subprotocol.JSON) {
                send(new TextWebSocketFrame(message.toString()));
            } else {
                ServerMessage decoded = JsonCodec.decodeServer(message.toString());
                MessageBuffer out = new MessageBuffer();
                subprotocol.encode(decoded, out);
                send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(out.toBytes())));
            }
        }

        void sayInFragments(JsonNode parts) {
            for (int i = 0; i < parts.size(); i++) {
                ByteBuf part = Unpooled.copiedBuffer(parts.path(i).asText(), StandardCharsets.UTF_8);
                boolean last = i == parts.size() - 1;
                send(i == 0 ? new TextWebSocketFrame(last, 0, part) : new ContinuationWebSocketFrame(last, 0, part));
                if (!last) {
                    ping("between");
                }
            }
        }

        void ping(String text) {
            send(new PingWebSocketFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
        }

        void pong(String text) {
            send(new PongWebSocketFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
        }

        void close(int status) {
            saidClose = true;
            send(status == 1005 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status, "said by the test"));
        }

        /** These bytes, past the encoder of frames. */
        void sayRaw(byte[] bytes) {
            channel.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }

        /** Cuts the wire without a word. */
        void vanish() {
            channel.close().syncUninterruptibly();
        }

        private void send(Object frame) {
            channel.writeAndFlush(frame);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) throws Exception {
            byte[] bytes = ByteBufUtil.getBytes(frame.content());
            switch (frame) {
                case TextWebSocketFrame text -> messages.add(Transcript.JSON.readTree(bytes));
                case BinaryWebSocketFrame binary -> messages.add(asJson(bytes));
                case PingWebSocketFrame ping -> {
                    if (!mute) {
                        pong(new String(bytes, StandardCharsets.UTF_8));
                    }
                }
                case PongWebSocketFrame pong -> pongs.add(new String(bytes, StandardCharsets.UTF_8));
                case CloseWebSocketFrame close -> {
                    closes.add(close.statusCode() < 0 ? 1005 : close.statusCode());
                    if (!saidClose) {
                        send(close.retain());
                    }
                    context.close();
                }
                default -> throw new IllegalStateException("read a " + frame);
            }
        }

        private JsonNode asJson(byte[] proto) throws Exception {
            ClientMessage message = subprotocol.newDecoder().decode(proto, proto.length);
            if (message instanceof ClientMessage.Utf8Delta delta) {
                message = new ClientMessage.Delta(delta.stream(), text(delta.text()), delta.at());
            }
            return Transcript.JSON.readTree(JsonCodec.encode(message));
        }

        private static String text(Utf8Text utf8) {
            byte[] bytes = new byte[utf8.length()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = utf8.byteAt(i);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closes.add(1006);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // the client cut the wire; what the test awaits will say so
        }
    }
}
