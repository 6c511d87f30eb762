package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Caller;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.GatewayMeters;
import dev.weir.protocol.CloseCode;
import dev.weir.protocol.Subprotocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an HTTP connection into a WebSocket one, or says why not; answers the one plain request there is. Compression is never agreed on: a message is too short
 * to gain from it, and a window a connection costs more memory than everything else here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class HandshakeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    static final String PATH = "/v1/stream";

    private static final Logger log = LoggerFactory.getLogger(HandshakeHandler.class);

    private final GatewaySettings settings;
    private final EventLoops eventLoops;
    private final ActorRef<StreamSupervisor.Command> supervisor;
    private final FeedbackIntake intake;
    private final FeedbackEndpoint feedback;
    private final Connections connections;
    private @Nullable Future<?> timer;

    HandshakeHandler(
            GatewaySettings settings,
            EventLoops eventLoops,
            ActorRef<StreamSupervisor.Command> supervisor,
            FeedbackIntake intake,
            Connections connections) {
        this.settings = settings;
        this.eventLoops = eventLoops;
        this.supervisor = supervisor;
        this.intake = intake;
        this.feedback = new FeedbackEndpoint(intake);
        this.connections = connections;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long nanos = settings.handshakeTimeout().toNanos();
        timer = context.executor().schedule(() -> onLate(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void onLate(ChannelHandlerContext context) {
        connections.meters().connectionRefused(GatewayMeters.Refusal.NO_HANDSHAKE);
        context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isFailure() && isTo(FeedbackEndpoint.PATH, request)) {
            feedback.serve(request, Caller.ANYBODY, response -> answer(context, response));
            return;
        }
        Optional<FullHttpResponse> refusal = refusal(request);
        if (refusal.isPresent()) {
            answer(context, refusal.get());
        } else {
            shakeHands(context.channel(), request);
        }
    }

    private static Optional<FullHttpResponse> refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return error(HttpResponseStatus.BAD_REQUEST, "bad_request", "this is not HTTP/1.1");
        }
        if (!isTo(PATH, request)) {
            return error(HttpResponseStatus.NOT_FOUND, "not_found", "no such path (expected: " + PATH + ")");
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return error(HttpResponseStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "expected: GET")
                    .map(response -> with(response, HttpHeaderNames.ALLOW, "GET"));
        }
        HttpHeaders headers = request.headers();
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13", true)) {
            return error(HttpResponseStatus.UPGRADE_REQUIRED, "upgrade_required", "expected: a WebSocket, version 13")
                    .map(response -> with(response, HttpHeaderNames.UPGRADE, "websocket"))
                    .map(response -> with(response, HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13"));
        }
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            return error(HttpResponseStatus.BAD_REQUEST, "bad_request", "expected: the header Sec-WebSocket-Key");
        }
        if (offersSubprotocols(request) && offeredAndKnown(request).isEmpty()) {
            return error(
                    HttpResponseStatus.BAD_REQUEST,
                    "unknown_subprotocol",
                    "none of the subprotocols offered is known (expected: " + known() + ")");
        }
        return Optional.empty();
    }

    private static boolean isTo(String path, FullHttpRequest request) {
        return new QueryStringDecoder(request.uri()).rawPath().equals(path);
    }

    private static boolean offersSubprotocols(FullHttpRequest request) {
        return request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    }

    /** The first of those offered, in the client's order of preference, that is known here. */
    private static Optional<Subprotocol> offeredAndKnown(FullHttpRequest request) {
        List<String> offers = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        return offers.stream()
                .flatMap(offer -> List.of(offer.split(",", -1)).stream())
                .flatMap(name -> Subprotocol.named(name.strip()).stream())
                .findFirst();
    }

    private static String known() {
        return Stream.of(Subprotocol.values()).map(Subprotocol::wireName).collect(Collectors.joining(" or "));
    }

    private void shakeHands(Channel channel, FullHttpRequest request) {
        HttpHeaders agreed = new DefaultHttpHeaders();
        Optional<Subprotocol> chosen = offeredAndKnown(request);
        chosen.ifPresent(subprotocol -> agreed.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol.wireName()));
        WebSocketDecoderConfig frames = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(settings.maxFrameBytes())
                .allowExtensions(false)
                .expectMaskedFrames(true)
                .closeOnProtocolViolation(false) // FrameHandler closes, with the protocol's code
                .withUTF8Validator(false) // the decoder of messages checks, in the same pass
                .build();
        FrameHandler connection = new FrameHandler(
                channel,
                chosen.orElse(Subprotocol.JSON),
                Caller.ANYBODY,
                settings,
                eventLoops.dispatcherOn(channel.eventLoop()),
                supervisor,
                intake,
                connections);
        // First the handler, then the handshake: what stands in the buffer behind the request must not be lost unseen.
        channel.pipeline().replace(this, "frames", connection);
        Optional<CloseCode> unwanted = connections.admit(connection);
        ChannelFuture shaken = new WebSocketServerHandshaker13(null, null, frames)
                .handshake(channel, request, agreed, channel.newPromise());
        shaken.addListener(done -> {
            if (!done.isSuccess()) {
                channel.close();
            } else if (unwanted.isPresent()) {
                connection.close(unwanted.get());
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof WebSocketHandshakeException) {
            answer(
                    context,
                    HttpAnswer.error(HttpResponseStatus.BAD_REQUEST, "bad_request", "expected: a WebSocket handshake"));
        } else {
            log.debug(
                    "connection {}: closed before its handshake",
                    context.channel().id(),
                    cause);
            context.close();
        }
    }

    private static void answer(ChannelHandlerContext context, FullHttpResponse response) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static Optional<FullHttpResponse> error(HttpResponseStatus status, String code, String message) {
        return Optional.of(HttpAnswer.error(status, code, message));
    }

    private static FullHttpResponse with(FullHttpResponse response, CharSequence header, String value) {
        response.headers().set(header, value);
        return response;
    }
}
