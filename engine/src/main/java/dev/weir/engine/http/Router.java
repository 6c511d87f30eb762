package dev.weir.engine.http;

import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.access.Admission;
import dev.weir.engine.http.HttpSettings.Patience;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each request of one connection to the endpoint of its route, one after the other, and refuses what fits none
 * before its body is read. Every request of the port comes through here, so this is where its caller is found out.
 *
 * <p>Requests that a client sends ahead wait; with more than a few of them the connection is not read. A refused request
 * with a body is the last of its connection: the body is dropped as it comes, because closing on unread bytes would
 * destroy the answer on its way.
 *
 * <p>Whoever takes too long over a request that he began is told what was waited for, and let go the same way. A connection
 * on which nothing of a request came is closed without a word.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
public final class Router extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    /** Parts of requests sent ahead that are kept; each is a head, or at most the codec's chunk of a body. */
    private static final int MOST_WAITING = 16;

    /** Long enough to read an answer across the world; whoever is still there then is cut off. */
    private static final Duration TO_TAKE_LEAVE = Duration.ofSeconds(2);

    /** What makes a request of a head that began, and nothing of none. */
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private static final Problem TOO_MANY_BODIES = new Problem(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "overloaded",
            "the bodies on their way in are more than this port holds at once",
            Map.of(HttpHeaderNames.RETRY_AFTER, "1"));

    private enum Phase {
        AWAITING_HEAD,
        READING_BODY,
        /** Of a request that is refused. */
        DROPPING_BODY,
        SERVING,
        /** Of somebody who was told that he is too slow. */
        TAKING_LEAVE
    }

    /** A request on its way in. */
    private record Reading(HttpRequest head, Endpoint endpoint, Admission admission, ByteBuf body) {}

    private final Channel channel;
    private final Routes routes;
    private final Door door;
    private final HttpSettings settings;
    private final Bodies bodies;
    private final DispatcherSelector dispatcher;
    private final Allowance forRequest;
    private final Allowance forReading;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private Phase phase = Phase.AWAITING_HEAD;
    private Patience forHead;
    private boolean taking;
    /** Something came of somebody who takes leave. */
    private boolean saysMore;

    private boolean removed;
    /** No request is served after the one that is. */
    private boolean last;

    private @Nullable Exchange exchange;
    private @Nullable Reading reading;

    /**
     * @param bodies of all connections of the port
     * @param dispatcher of actors that are to run on this connection's event loop
     */
    Router(
            Channel channel,
            Routes routes,
            Door door,
            HttpSettings settings,
            Bodies bodies,
            DispatcherSelector dispatcher) {
        this.channel = channel;
        this.routes = routes;
        this.door = door;
        this.settings = settings;
        this.bodies = bodies;
        this.dispatcher = dispatcher;
        this.forHead = settings.firstHead();
        this.forRequest = new Allowance(channel, this::onSlow);
        this.forReading = new Allowance(channel, channel::close);
    }

    /** Serves what is being served on a connection, and nothing after it. From any thread. */
    public static void retire(Channel channel) {
        channel.eventLoop().execute(() -> {
            Router router = channel.pipeline().get(Router.class);
            if (router != null) {
                router.retire();
            }
        });
    }

    private void retire() {
        last = true;
        if (exchange != null) {
            exchange.beLast();
        } else if (phase == Phase.AWAITING_HEAD) {
            channel.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        forRequest.give(forHead.most());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        removed = true;
        release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        if (phase == Phase.TAKING_LEAVE) {
            saysMore = true;
            ReferenceCountUtil.release(part);
            return;
        }
        waiting.add(part);
        takeWaiting();
        if (waiting.size() > MOST_WAITING) {
            channel.config().setAutoRead(false);
        }
    }

    private void takeWaiting() {
        if (taking) {
            return; // a request was answered at once; the loop below goes on
        }
        taking = true;
        try {
            while (phase != Phase.SERVING && !waiting.isEmpty() && !removed) {
                take(waiting.remove());
            }
        } finally {
            taking = false;
        }
    }

    private void take(Object part) {
        try {
            if (part instanceof HttpObject object && object.decoderResult().isFailure()) {
                onGarbage(object.decoderResult().cause());
                return;
            }
            if (part instanceof HttpRequest head) {
                onHead(head);
            }
            if (part instanceof HttpContent content) {
                onBody(content);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void onSlow() {
        Phase late = phase;
        Reading request = reading;
        phase = Phase.TAKING_LEAVE;
        if (request != null) {
            releaseReading();
            takeLeave(request.head(), tooSlow("body", settings.body()));
        } else if (late == Phase.AWAITING_HEAD && headHasBegun()) {
            takeLeave(unread(), tooSlow("head", forHead));
        } else {
            channel.close();
        }
    }

    /** The codec keeps a head to itself until that is whole, so it is given the end of one. */
    private boolean headHasBegun() {
        ChannelHandlerContext codec = channel.pipeline().context(HttpServerCodec.class);
        try {
            ((ChannelInboundHandler) codec.handler()).channelRead(codec, Unpooled.copiedBuffer(END_OF_HEAD));
        } catch (Exception e) {
            throw new IllegalStateException("a codec that cannot read this says so in what it passes on", e);
        }
        return saysMore;
    }

    private static Problem tooSlow(String part, Patience patience) {
        return new Problem(
                HttpResponseStatus.REQUEST_TIMEOUT,
                "request_timeout",
                "the " + part + " of this request is not whole (expected: " + patience + ")");
    }

    private void takeLeave(HttpRequest head, Problem why) {
        forRequest.give(TO_TAKE_LEAVE);
        newExchange(head, false).answer(say(why));
    }

    private static HttpRequest unread() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    private void onGarbage(Throwable cause) {
        releaseReading();
        phase = Phase.SERVING;
        newExchange(unread(), false)
                .answer(say(
                        cause instanceof TooLongFrameException
                                ? new Problem(
                                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                                        "head_too_large",
                                        "the head of this request is longer than this port takes")
                                : new Problem(HttpResponseStatus.BAD_REQUEST, "bad_request", "this is not HTTP/1.1")));
    }

    private void onHead(HttpRequest head) {
        forRequest.give(settings.body().most());
        Optional<Problem> barred = door.bars(head.headers());
        if (barred.isPresent()) {
            refuse(head, barred.get());
            return;
        }
        switch (routes.find(head)) {
            case Routes.Refused refused -> refuse(head, refused.why());
            case Routes.Asked asked -> answerUnread(head, HttpAnswer.methods(asked.methods()));
            case Routes.Served served -> onRouted(head, served.endpoint());
        }
    }

    private void onRouted(HttpRequest head, Endpoint endpoint) {
        Optional<Problem> barred = endpoint.bars(head.headers());
        if (barred.isPresent()) {
            refuse(head, barred.get());
            return;
        }
        Admission admission = door.admit(channel, head.headers(), endpoint.route());
        if (admission instanceof Admission.Refused refused && endpoint.route().maxBodyBytes() > 0) {
            refuse(head, door.problem(refused));
        } else if (HttpUtil.getContentLength(head, 0L) > endpoint.route().maxBodyBytes()) {
            refuse(head, tooLarge(endpoint));
        } else {
            if (HttpUtil.is100ContinueExpected(head)) {
                channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            phase = Phase.READING_BODY;
            reading = new Reading(head, endpoint, admission, channel.alloc().buffer(0));
        }
    }

    private void onBody(HttpContent content) {
        Reading request = reading;
        if (request != null) {
            int more = content.content().readableBytes();
            long length = (long) request.body().readableBytes() + more;
            if (length > request.endpoint().route().maxBodyBytes()) {
                releaseReading();
                refuse(request.head(), tooLarge(request.endpoint()));
            } else if (!bodies.hold(more)) {
                releaseReading();
                refuse(request.head(), TOO_MANY_BODIES);
            } else {
                request.body().writeBytes(content.content());
            }
        }
        if (content instanceof LastHttpContent) {
            onWhole();
        }
    }

    private void onWhole() {
        Reading request = reading;
        if (request != null) {
            reading = null;
            serve(request);
        } else if (phase == Phase.DROPPING_BODY) {
            awaitHead();
        }
    }

    private void serve(Reading request) {
        forRequest.stop();
        phase = Phase.SERVING;
        HttpRequest head = request.head();
        int held = request.body().readableBytes();
        Exchange serving = newExchange(head, !last);
        FullHttpRequest whole = new DefaultFullHttpRequest(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                request.body(),
                head.headers(),
                EmptyHttpHeaders.INSTANCE);
        try {
            switch (request.admission()) {
                case Admission.Admitted admitted -> request.endpoint().serve(whole, admitted.caller(), serving);
                case Admission.Refused refused ->
                    request.endpoint().refuse(whole, refused, say(door.problem(refused)), serving);
            }
        } catch (RuntimeException e) {
            log.error("{}: not served", request.endpoint().route().path(), e);
            serving.answer(say(new Problem(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal", "this request could not be served")));
        } finally {
            whole.release();
            bodies.giveBack(held);
        }
    }

    private static Problem tooLarge(Endpoint endpoint) {
        return new Problem(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                "expected: at most " + endpoint.route().maxBodyBytes() + " bytes");
    }

    private void refuse(HttpRequest head, Problem why) {
        answerUnread(head, say(why));
    }

    private FullHttpResponse say(Problem problem) {
        FullHttpResponse answer = door.say(problem);
        problem.headers().forEach((name, value) -> answer.headers().set(name, value));
        return answer;
    }

    private void answerUnread(HttpRequest head, FullHttpResponse answer) {
        phase = Phase.DROPPING_BODY;
        boolean bodyFollows = HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
        newExchange(head, !last && !bodyFollows).answer(answer);
    }

    private Exchange newExchange(HttpRequest head, boolean keepAlive) {
        Exchange made = new Exchange(channel, dispatcher, this, door, head, keepAlive);
        exchange = made;
        return made;
    }

    /** From the exchange: the end of its answer is on its way. */
    void answered(ChannelFuture written, boolean keepAlive) {
        exchange = null;
        last |= !keepAlive;
        if (phase == Phase.SERVING) {
            awaitHead();
        } else if (last) {
            written.addListener(done -> {
                if (channel instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput(); // the peer sees the end of the answer while the rest is dropped
                }
            });
        }
    }

    private void awaitHead() {
        if (last) {
            phase = Phase.SERVING;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        phase = Phase.AWAITING_HEAD;
        forHead = settings.nextHead();
        forRequest.give(forHead.most());
        takeWaiting();
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            forReading.give(settings.slowReader());
            return;
        }
        forReading.stop();
        if (exchange != null) {
            exchange.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        if (exchange != null) {
            exchange.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("connection {}: closed", channel.id(), cause);
        channel.close();
    }

    private void release() {
        forRequest.stop();
        forReading.stop();
        releaseReading();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    private void releaseReading() {
        if (reading != null) {
            bodies.giveBack(reading.body().readableBytes());
            reading.body().release();
            reading = null;
        }
    }
}
