package dev.weir.engine.relay;

import dev.weir.engine.http.Exchange;
import io.netty.buffer.ByteBuf;

/** An answer of the upstream that is no reply: passed on where it says why in the shape that clients know. */
final class ErrorReply implements Reply {

    private static final int MOST_BYTES = 64 << 10;

    private final Relayed relayed;
    private final ReplyHead head;
    private final Exchange exchange;
    private final RelaySettings settings;
    private final WholeBody body = new WholeBody(MOST_BYTES);

    ErrorReply(Relayed relayed, ReplyHead head, Exchange exchange, RelaySettings settings) {
        this.relayed = relayed;
        this.head = head;
        this.exchange = exchange;
        this.settings = settings;
    }

    @Override
    public void take(ByteBuf bytes) {
        body.take(bytes);
    }

    @Override
    public void pause() {}

    @Override
    public void end() {
        String json = body.text();
        RelayError failure = head.failure(json, settings);
        if (failure == null) {
            exchange.answer(head.whole(head.status(), json));
            relayed.done(
                    head.isFault() ? "upstream_failed" : "upstream_error",
                    head.status().code());
        } else {
            relayed.fail(failure);
        }
    }

    @Override
    public void moved(ModeratedText text) {}

    @Override
    public void fail(RelayError why) {
        exchange.answer(why.response());
    }
}
