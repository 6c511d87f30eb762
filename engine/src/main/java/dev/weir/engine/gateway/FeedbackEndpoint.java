package dev.weir.engine.gateway;

import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.http.Route;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.Optional;

/** Feedback as a request of its own: the body is the socket's message, and so is the answer. Thread-safe. */
final class FeedbackEndpoint implements Endpoint {

    private static final Route ROUTE = Route.post("/v1/feedback", Scope.REVIEW, 8_192);

    private final FeedbackIntake intake;

    FeedbackEndpoint(FeedbackIntake intake) {
        this.intake = intake;
    }

    @Override
    public Route route() {
        return ROUTE;
    }

    @Override
    public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
        try {
            ClientMessage message = JsonCodec.decodeClient(ByteBufUtil.getBytes(request.content()));
            if (message instanceof ClientMessage.Feedback feedback) {
                take(feedback, caller, exchange);
            } else {
                exchange.answer(of(new ServerMessage.ErrorMessage(
                        null, ErrorCode.BAD_MESSAGE, false, "type", "type: another (expected: feedback)", null)));
            }
        } catch (ProtocolException e) {
            exchange.answer(of(e.toMessage()));
        }
    }

    private void take(ClientMessage.Feedback feedback, Caller caller, Exchange exchange) {
        Optional<ServerMessage.ErrorMessage> fault = FeedbackIntake.fault(feedback);
        if (fault.isPresent()) {
            exchange.answer(of(fault.get()));
        } else {
            intake.take(feedback, caller, said -> exchange.answer(of(said)));
        }
    }

    private static FullHttpResponse of(ServerMessage said) {
        return HttpAnswer.json(FeedbackIntake.status(said), JsonCodec.encode(said) + "\n");
    }
}
