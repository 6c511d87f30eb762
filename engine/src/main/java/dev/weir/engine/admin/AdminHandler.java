package dev.weir.engine.admin;

import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Audit;
import dev.weir.engine.http.Door;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the route of a request, lets its caller in or not, and writes the answer. One request of a connection at a time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);
    private static final int SECONDS = 110;

    private final Routes routes;
    private final OwnPages ownPages;
    private final Door door;
    private boolean following;

    /** @param door decides who is let in */
    AdminHandler(Routes routes, OwnPages ownPages, Door door) {
        this.routes = routes;
        this.ownPages = ownPages;
        this.door = door;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (following) {
            context.close(); // who asked for events has nothing more to ask here
            return;
        }
        context.channel().config().setAutoRead(false); // the next one when this is answered: answers stay in order
        boolean headOnly = request.method().equals(HttpMethod.HEAD);
        boolean keepsAlive = HttpUtil.isKeepAlive(request);
        answer(context.channel(), request)
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .exceptionally(AdminHandler::failed)
                .thenAcceptAsync(answer -> write(context, answer, headOnly, keepsAlive), context.executor())
                .exceptionally(unwritten -> {
                    log.error("an answer to an operator could not be written", unwritten);
                    context.close();
                    return null;
                });
    }

    private CompletableFuture<Answer> answer(Channel channel, FullHttpRequest request) {
        try {
            if (request.decoderResult().isFailure()) {
                throw Refusal.badRequest("this is not HTTP/1.1");
            }
            String path = new QueryStringDecoder(request.uri()).rawPath();
            Optional<Route> route = routes.find(request.method(), path);
            if (route.isEmpty()) {
                return CompletableFuture.completedFuture(routes.allowed(path)
                        .map(Answer::methodNotAllowed)
                        .orElseGet(() -> Answer.problem(
                                HttpResponseStatus.NOT_FOUND,
                                "no such path (expected: one such as /readyz or /metrics)")));
            }
            Caller caller = admit(channel, request, route.get());
            CompletionStage<Answer> answer = route.get().endpoint().serve(AdminRequest.of(request, caller));
            return route.get().changes()
                    ? audited(answer, caller, request.method() + " " + path)
                    : answer.toCompletableFuture().copy();
        } catch (Refusal refusal) {
            return CompletableFuture.completedFuture(refusal.answer());
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private Caller admit(Channel channel, FullHttpRequest request, Route route) throws Refusal {
        if (route.forPages()) {
            ownPages.requireKnownHost(request.headers());
        }
        if (route.changes()) {
            ownPages.requireOwnPage(request.headers());
        }
        if (route.scope().isEmpty() || (route.path().equals(Routes.METRICS) && door.opensMetrics())) {
            return Caller.ANYBODY;
        }
        return switch (admission(channel, request, route, route.scope().get())) {
            case Admission.Admitted admitted -> admitted.caller();
            case Admission.Refused refused -> {
                Audit.refused(refused, request.method() + " " + route.path());
                Answer said = Answer.refused(door.answer(refused), refused.message());
                throw new Refusal(OwnPages.withoutPassword(request.headers(), said), refused.message());
            }
        };
    }

    /** Whoever may change how the server decides may see what it decided. */
    private Admission admission(Channel channel, FullHttpRequest request, Route route, Scope needed) {
        Admission admission = door.admit(channel, request.headers(), needed);
        boolean isSeeing = needed == Scope.REVIEW && !route.changes();
        return admission instanceof Admission.Refused && isSeeing
                ? better(door.admit(channel, request.headers(), Scope.ADMIN), admission)
                : admission;
    }

    private static Admission better(Admission one, Admission other) {
        return one instanceof Admission.Admitted ? one : other;
    }

    private static CompletableFuture<Answer> audited(CompletionStage<Answer> answer, Caller caller, String action) {
        return answer.toCompletableFuture()
                .exceptionally(AdminHandler::failed)
                .whenComplete((said, never) ->
                        Audit.done(caller, action, said.status().code()));
    }

    private static Answer failed(Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return switch (failure) {
            case Refusal refusal -> refusal.answer();
            case IllegalArgumentException wrong ->
                Answer.problem(HttpResponseStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
            case TimeoutException late ->
                Answer.problem(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "no answer within " + SECONDS + " s; the ledger may be slow");
            case UncheckedIOException unread ->
                Answer.problem(HttpResponseStatus.SERVICE_UNAVAILABLE, "the ledger, or a calibration, cannot be read");
            default -> {
                log.error("an operator's request failed", failure);
                yield Answer.problem(
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        "the server failed on this request; its log says more");
            }
        };
    }

    private void write(ChannelHandlerContext context, Answer answer, boolean headOnly, boolean keepsAlive) {
        Consumer<Channel> followed = headOnly ? null : answer.followed();
        HttpResponse response = followed == null
                ? new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        answer.status(),
                        headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()))
                : new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status());
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Resource-Policy", "same-origin");
        if (followed == null) {
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        } else {
            HttpUtil.setTransferEncodingChunked(response, true);
        }
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        HttpUtil.setKeepAlive(response, keepsAlive);
        context.writeAndFlush(response);
        if (followed != null) {
            following = true;
            followed.accept(context.channel());
        } else if (!keepsAlive) {
            context.close();
            return;
        }
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a probe that hung up or sat idle
    }
}
