package dev.weir.engine.relay;

import dev.weir.engine.http.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the upstream says of its models, on its way to who asked. On the event loop of the exchange. */
final class ModelsAnswer implements UpstreamListener {

    private final Relayed.Setup setup;
    private final Exchange exchange;
    private final String id;
    private final WholeBody body;
    private @Nullable UpstreamCall call;
    private @Nullable ReplyHead head;

    ModelsAnswer(Relayed.Setup setup, Exchange exchange, String id) {
        this.setup = setup;
        this.exchange = exchange;
        this.id = id;
        this.body = new WholeBody(setup.settings().maxReplyBytes());
    }

    void ask(FullHttpRequest request) {
        exchange.onGone(this::cancel);
        call = setup.upstream().send(exchange.channel(), request, this);
    }

    private void cancel() {
        if (call != null) {
            call.cancel(() -> {});
        }
    }

    @Override
    public void head(HttpResponse from) {
        head = new ReplyHead(from, id, List.of());
    }

    @Override
    public void body(ByteBuf bytes) {
        if (!body.take(bytes)) {
            cancel();
            fail(RelayError.tooLong(setup.settings()));
        }
    }

    @Override
    public void pause() {}

    @Override
    public void end() {
        String json = body.text();
        ReplyHead answer = head;
        if (answer == null || RelayJson.object(json).isEmpty()) {
            fail(RelayError.of(UpstreamFailure.BROKEN));
            return;
        }
        HttpResponseStatus status = answer.status();
        RelayError failure = status.code() == 200 ? null : answer.failure(json, setup.settings());
        if (failure == null) {
            exchange.answer(answer.whole(status, json));
        } else {
            fail(failure);
        }
    }

    @Override
    public void failed(UpstreamFailure why) {
        fail(RelayError.of(why));
    }

    private void fail(RelayError why) {
        exchange.answer(why.response());
    }
}
