package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.http.Route;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.CloseCode;
import dev.weir.protocol.Subprotocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns an HTTP connection into a WebSocket one, or says why not. The frame codec takes the place of everything HTTP, so
 * that an open connection carries nothing it does not use. Compression is never agreed on: a message is too short to gain
 * from it, and a window a connection costs more memory than everything else here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class HandshakeEndpoint implements Endpoint {

    private static final Route ROUTE = Route.get("/v1/stream", Scope.STREAM);

    private final GatewaySettings settings;
    private final ActorRef<StreamSupervisor.Command> supervisor;
    private final FeedbackIntake intake;
    private final Connections connections;
    private final Access access;

    HandshakeEndpoint(
            GatewaySettings settings,
            ActorRef<StreamSupervisor.Command> supervisor,
            FeedbackIntake intake,
            Connections connections,
            Access access) {
        this.settings = settings;
        this.supervisor = supervisor;
        this.intake = intake;
        this.connections = connections;
        this.access = access;
    }

    @Override
    public Route route() {
        return ROUTE;
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        refusal(request).ifPresentOrElse(exchange::answer, () -> connect(request, caller, exchange));
    }

    @Override
    public void refuse(FullHttpRequest request, Admission.Refused why, FullHttpResponse answer, Exchange exchange) {
        if (refusal(request).isPresent()) {
            exchange.answer(answer);
            return;
        }
        answer.release();
        showOut(
                request,
                exchange,
                switch (why.reason()) {
                    case UNAUTHENTICATED -> CloseCode.UNAUTHENTICATED;
                    case FORBIDDEN -> CloseCode.NOT_ALLOWED;
                    case NOT_YET -> CloseCode.TRY_AGAIN_LATER;
                });
    }

    private void connect(FullHttpRequest request, Caller caller, Exchange exchange) {
        Allotment tenant = access.allotments().of(caller.tenant());
        if (tenant.connect()) {
            exchange.channel().closeFuture().addListener(closed -> tenant.disconnect());
            shakeHands(request, caller, exchange);
        } else {
            showOut(request, exchange, CloseCode.TOO_MANY_CONNECTIONS);
        }
    }

    private void showOut(FullHttpRequest request, Exchange exchange, CloseCode why) {
        connections.meters().connectionRefused(why);
        Channel channel = exchange.handOver("closing", new ShownOut(settings.closeTimeout()));
        handshake(channel, request)
                .addListener(done -> channel.writeAndFlush(new CloseWebSocketFrame(why.status(), why.reason())));
    }

    private static Optional<FullHttpResponse> refusal(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
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

    private void shakeHands(FullHttpRequest request, Caller caller, Exchange exchange) {
        Channel channel = exchange.channel();
        FrameHandler connection = new FrameHandler(
                channel,
                offeredAndKnown(request).orElse(Subprotocol.JSON),
                caller,
                ParentSpan.of(
                        request.headers().get(ParentSpan.TRACEPARENT),
                        request.headers().get(ParentSpan.TRACESTATE)),
                settings,
                exchange.dispatcher(),
                supervisor,
                intake,
                access,
                connections);
        // First the handler, then the handshake: what stands in the buffer behind the request must not be lost unseen.
        exchange.handOver("frames", connection);
        Optional<CloseCode> unwanted = connections.admit(connection);
        handshake(channel, request).addListener(done -> {
            if (!done.isSuccess()) {
                channel.close();
            } else if (unwanted.isPresent()) {
                connection.close(unwanted.get());
            }
        });
    }

    private ChannelFuture handshake(Channel channel, FullHttpRequest request) {
        HttpHeaders agreed = new DefaultHttpHeaders();
        offeredAndKnown(request)
                .ifPresent(chosen -> agreed.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, chosen.wireName()));
        WebSocketDecoderConfig frames = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(settings.maxFrameBytes())
                .allowExtensions(false)
                .expectMaskedFrames(true)
                .closeOnProtocolViolation(false) // FrameHandler closes, with the protocol's code
                .withUTF8Validator(false) // the decoder of messages checks, in the same pass
                .build();
        return new WebSocketServerHandshaker13(null, null, frames)
                .handshake(channel, request, agreed, channel.newPromise());
    }

    private static Optional<FullHttpResponse> error(HttpResponseStatus status, String code, String message) {
        return Optional.of(HttpAnswer.error(status, code, message));
    }

    private static FullHttpResponse with(FullHttpResponse response, CharSequence header, String value) {
        response.headers().set(header, value);
        return response;
    }
}
