package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.access.Caller;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.RequestSpan;
import dev.weir.engine.telemetry.Spans;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: its prompt is moderated, then the upstream is asked, then its reply is let through as far as
 * it may be shown. On the event loop of the exchange.
 */
final class Relayed implements ModeratedText.Reader, UpstreamListener {

    /** What all requests are relayed with. */
    record Setup(
            RelaySettings settings,
            UpstreamClient upstream,
            ActorRef<StreamSupervisor.Command> streams,
            Duration idleTimeout,
            Telemetry telemetry,
            Clock clock) {}

    private final Setup setup;
    private final RelayRequest request;
    private final HttpHeaders headers;
    private final Exchange exchange;
    private final String id;
    private final RequestSpan span;
    private final ReplyFacts facts = new ReplyFacts();
    private final ReplyTexts texts;
    /** The prompt's parts; the last is the first choice's text too. */
    private final List<ModeratedText> prompts = new ArrayList<>();

    private @Nullable UpstreamCall call;
    private @Nullable Reply reply;
    private boolean over;
    private long askedNanos;

    /** @param headers of the client's request */
    Relayed(Setup setup, RelayRequest request, HttpHeaders headers, Caller caller, Exchange exchange, String id) {
        this.setup = setup;
        this.request = request;
        this.headers = headers;
        this.exchange = exchange;
        this.id = id;
        this.span = setup.telemetry()
                .spans()
                .begin(new Spans.Request(
                        request.operation(),
                        ReplyFields.isName(request.model()) ? request.model() : "",
                        request.choices(),
                        RelayRequest.parent(headers),
                        caller.tenant(),
                        id,
                        setup.settings().upstream().orElseThrow()));
        this.texts = new ReplyTexts(
                setup.streams(),
                setup.settings(),
                caller,
                exchange,
                this,
                new ReplyTexts.Common(
                        id,
                        PromptParts.end(request.prompt(), setup.settings().context()),
                        request.wantsJson(),
                        span.asParent()),
                setup.idleTimeout());
    }

    void begin() {
        exchange.onGone(this::onGone);
        exchange.onWritable(this::pace);
        // What stands beside the prompt is read by itself, so that the prompt is decided as if it stood alone.
        for (List<PromptMessage> part : PromptParts.of(request.beside())) {
            addEnded(texts.beside(part));
        }
        List<List<PromptMessage>> parts = PromptParts.of(request.prompt());
        for (List<PromptMessage> part : parts.subList(0, parts.size() - 1)) {
            addEnded(texts.open(0, Channel.CONTENT, false, part));
        }
        prompts.add(texts.open(0, Channel.CONTENT, request.wantsJson(), parts.getLast()));
    }

    /** One of which there is only a prompt. */
    private void addEnded(ModeratedText text) {
        text.end();
        prompts.add(text);
    }

    @Override
    public void moved(ModeratedText text) {
        if (over) {
            return;
        }
        if (text.terminal() instanceof ServerMessage.ErrorMessage error) {
            fail(RelayError.of(error));
        } else if (reply != null) {
            reply.moved(text);
        } else if (text.terminal() instanceof ServerMessage.Stopped stopped) {
            onPromptStopped(stopped);
        } else if (call == null && prompts.stream().allMatch(ModeratedText::isPassed)) {
            askUpstream();
        }
        pace();
    }

    private void onPromptStopped(ServerMessage.Stopped stopped) {
        finish();
        exchange.answer(new PromptStop(request, stopped, id, setup.clock()).response(setup.settings()));
        facts.stopped(0);
        over("prompt_stopped", null);
    }

    private void askUpstream() {
        askedNanos = System.nanoTime();
        call = setup.upstream()
                .send(
                        exchange.channel(),
                        UpstreamRequest.of(request, headers, span.asParent(), setup.settings()),
                        this);
    }

    @Override
    public void head(HttpResponse head) {
        setup.telemetry().upstreamBegan(System.nanoTime() - askedNanos);
        String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
        ReplyHead answer = new ReplyHead(head, id, request.unscored());
        if (!encoding.equals("identity")) {
            fail(RelayError.of(UpstreamFailure.BROKEN));
        } else if (head.status().code() != 200) {
            reply = new ErrorReply(this, answer, exchange, setup.settings());
        } else if (type.startsWith("text/event-stream")) {
            reply = new StreamedReply(this, answer, exchange, texts, prompts.getLast(), request, setup.settings());
        } else {
            reply = new WholeReply(this, answer, exchange, texts, prompts.getLast(), setup.settings());
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        if (reply != null) {
            reply.take(bytes);
        }
    }

    @Override
    public void pause() {
        if (reply != null) {
            reply.pause();
        }
        pace();
    }

    @Override
    public void end() {
        if (reply != null) {
            reply.end();
        }
    }

    @Override
    public void failed(UpstreamFailure why) {
        fail(RelayError.of(why));
    }

    /** The upstream is read as fast as its text is scored and the client reads. */
    private void pace() {
        if (call != null && !over) {
            call.setReading(exchange.isWritable() && !texts.areBehind());
        }
    }

    /**
     * The upstream is to stop generating.
     *
     * @param decidedNanos when that was decided, in {@link System#nanoTime()}
     */
    void cancelUpstream(long decidedNanos) {
        if (call != null) {
            call.cancel(() -> setup.telemetry().upstreamCancelled(System.nanoTime() - decidedNanos));
        }
    }

    /** This piece of the reply came, or all of it. */
    void said(ObjectNode piece) {
        facts.read(piece);
    }

    /** The client is told that this choice was stopped. */
    void stopped(int choice) {
        facts.stopped(choice);
    }

    /**
     * The reply is answered to its end; what the upstream may still say about it is not wanted.
     *
     * @param errorStatus of the answer, where it is an error of the upstream's own
     */
    void done(String outcome, @Nullable Integer errorStatus) {
        over = true;
        texts.cancel();
        if (call != null) {
            call.setReading(true);
        }
        over(outcome, errorStatus);
    }

    /** The reply cannot be gone on with. */
    void fail(RelayError why) {
        if (over) {
            return;
        }
        finish();
        over(why.code(), why.status().code());
        if (reply == null) {
            exchange.answer(why.response());
        } else {
            reply.fail(why);
        }
    }

    private void onGone() {
        if (!over) {
            over = true;
            texts.abandon();
            if (call != null) {
                call.cancel(() -> {});
            }
            over("abandoned", null);
        }
    }

    private void over(String outcome, @Nullable Integer errorStatus) {
        setup.telemetry().relayed(outcome);
        span.over(facts.facts(), outcome, errorStatus);
    }

    private void finish() {
        over = true;
        texts.cancel();
        if (call != null) {
            call.cancel(() -> {});
        }
    }
}
