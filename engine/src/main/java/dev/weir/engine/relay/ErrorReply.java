package dev.weir.engine.relay;

import dev.weir.engine.http.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An answer of the upstream that is no reply: passed on where it says why in the shape that clients know. */
final class ErrorReply implements Reply {

    private static final int MOST_BYTES = 64 << 10;

    private final Relayed relayed;
    private final ReplyHead head;
    private final Exchange exchange;
    private final RelaySettings settings;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    ErrorReply(Relayed relayed, ReplyHead head, Exchange exchange, RelaySettings settings) {
        this.relayed = relayed;
        this.head = head;
        this.exchange = exchange;
        this.settings = settings;
    }

    @Override
    public void take(ByteBuf bytes) {
        byte[] more = new byte[Math.min(bytes.readableBytes(), MOST_BYTES - body.size())];
        bytes.readBytes(more);
        body.writeBytes(more);
    }

    @Override
    public void pause() {}

    @Override
    public void end() {
        HttpResponseStatus status = head.status();
        boolean isError = status.codeClass() == HttpStatusClass.CLIENT_ERROR
                || status.codeClass() == HttpStatusClass.SERVER_ERROR;
        boolean isOurs = !settings.forwardAuthorization()
                && (status.equals(HttpResponseStatus.UNAUTHORIZED) || status.equals(HttpResponseStatus.FORBIDDEN));
        String json = body.toString(StandardCharsets.UTF_8);
        if (isOurs) {
            relayed.fail(new RelayError(
                    HttpResponseStatus.BAD_GATEWAY,
                    "upstream_refused",
                    null,
                    "the upstream refused this server's credential (expected: a good one in weir.relay.key)"));
        } else if (!isError) {
            relayed.fail(new RelayError(
                    HttpResponseStatus.BAD_GATEWAY,
                    "upstream_failed",
                    null,
                    "the upstream answered with status " + status.code() + " (expected: 200)"));
        } else if (RelayJson.object(json).filter(tree -> tree.has("error")).isPresent()) {
            exchange.answer(head.whole(status, json));
            relayed.done("upstream_error");
        } else {
            relayed.fail(new RelayError(
                    status, "upstream_failed", null, "the upstream answered with status " + status.code()));
        }
    }

    @Override
    public void moved(ModeratedText text) {}

    @Override
    public void fail(RelayError why) {
        exchange.answer(why.response());
    }
}
