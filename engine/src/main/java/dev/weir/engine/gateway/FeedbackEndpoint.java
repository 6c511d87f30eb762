package dev.weir.engine.gateway;

import dev.weir.engine.access.Caller;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Optional;
import java.util.function.Consumer;

/** Feedback as a request of its own: the body is the socket's message, and so is the answer. Thread-safe. */
final class FeedbackEndpoint {

    static final String PATH = "/v1/feedback";

    private final FeedbackIntake intake;

    FeedbackEndpoint(FeedbackIntake intake) {
        this.intake = intake;
    }

    /** @param answer told once, from any thread */
    void serve(FullHttpRequest request, Caller caller, Consumer<FullHttpResponse> answer) {
        if (!request.method().equals(HttpMethod.POST)) {
            FullHttpResponse refusal =
                    HttpAnswer.error(HttpResponseStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "expected: POST");
            refusal.headers().set(HttpHeaderNames.ALLOW, "POST");
            answer.accept(refusal);
            return;
        }
        CharSequence type = HttpUtil.getMimeType(request);
        if (type == null || !HttpHeaderValues.APPLICATION_JSON.contentEqualsIgnoreCase(type)) {
            // Also keeps out what a web page can send without the browser asking us first.
            answer.accept(HttpAnswer.error(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "expected: application/json"));
            return;
        }
        try {
            ClientMessage message = JsonCodec.decodeClient(ByteBufUtil.getBytes(request.content()));
            if (message instanceof ClientMessage.Feedback feedback) {
                take(feedback, caller, answer);
            } else {
                answer.accept(of(new ServerMessage.ErrorMessage(
                        null, ErrorCode.BAD_MESSAGE, false, "type", "type: another (expected: feedback)", null)));
            }
        } catch (ProtocolException e) {
            answer.accept(of(e.toMessage()));
        }
    }

    private void take(ClientMessage.Feedback feedback, Caller caller, Consumer<FullHttpResponse> answer) {
        Optional<ServerMessage.ErrorMessage> fault = FeedbackIntake.fault(feedback);
        if (fault.isPresent()) {
            answer.accept(of(fault.get()));
        } else {
            intake.take(feedback, caller, said -> answer.accept(of(said)));
        }
    }

    private static FullHttpResponse of(ServerMessage said) {
        HttpResponseStatus status = HttpResponseStatus.OK;
        if (said instanceof ServerMessage.ErrorMessage error) {
            status = switch (error.code()) {
                case UNKNOWN_RECEIPT -> HttpResponseStatus.NOT_FOUND;
                case OVERLOADED -> HttpResponseStatus.SERVICE_UNAVAILABLE;
                default -> HttpResponseStatus.BAD_REQUEST;
            };
        }
        return HttpAnswer.json(status, JsonCodec.encode(said) + "\n");
    }
}
