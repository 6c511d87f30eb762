package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Scope;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.http.Door;
import dev.weir.engine.http.Audit;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.http.Tls;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Health and metrics for operators, on a port and a thread of their own, so that they answer while clients are busy.
 * Safe from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
public final class AdminServer implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 8_192;
    private static final int IDLE_SECONDS = 120;
    private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");

    private final EventLoopGroup eventLoop;
    private final Channel listening;
    private final InetSocketAddress address;
    private final JvmGcMetrics gcMetrics;

    private AdminServer(EventLoopGroup eventLoop, Channel listening, JvmGcMetrics gcMetrics) {
        this.eventLoop = eventLoop;
        this.listening = listening;
        this.address = (InetSocketAddress) listening.localAddress();
        this.gcMetrics = gcMetrics;
    }

    /**
     * Answers from now on. Also registers the metrics of the JVM: start one server a registry.
     *
     * @param learner answers {@code /v1/weights}
     * @param ready whether the models are loaded and warm and the server is not draining; asked at every
     *     {@code /readyz}, from this server's thread
     * @param access decides who is let in
     * @param tls of the port
     * @throws BindException one line that names host and port, what is wrong and what to change
     */
    public static AdminServer start(
            AdminSettings settings,
            PrometheusMeterRegistry registry,
            BooleanSupplier ready,
            ActorRef<WeightsLearner.Command> learner,
            Access access,
            Tls tls)
            throws BindException {
        WeightsEndpoint weights = new WeightsEndpoint(learner);
        Door door = Door.ofOperators(access);
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("weir-admin", true), ListeningPort.ioHandlers());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoop)
                .channel(ListeningPort.channelType())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        tls.encrypt(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                                .addLast(new Endpoints(registry, ready, weights, door));
                    }
                });
        try {
            Channel listening =
                    ListeningPort.bind(bootstrap, settings.host(), settings.port(), "weir.admin", "--admin-port");
            return new AdminServer(eventLoop, listening, bindJvmMetrics(registry));
        } catch (BindException e) {
            eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static JvmGcMetrics bindJvmMetrics(PrometheusMeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        JvmGcMetrics gcMetrics = new JvmGcMetrics(); // listens to the collectors until it is closed
        gcMetrics.bindTo(registry);
        return gcMetrics;
    }

    /** Where it listens: the port that was chosen, if the settings named none. */
    public int port() {
        return address.getPort();
    }

    @Override
    public void close() {
        gcMetrics.close();
        listening.close().awaitUninterruptibly();
        eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Endpoints extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final PrometheusMeterRegistry registry;
        private final BooleanSupplier ready;
        private final WeightsEndpoint weights;
        private final Door door;

        Endpoints(PrometheusMeterRegistry registry, BooleanSupplier ready, WeightsEndpoint weights, Door door) {
            this.door = door;
            this.weights = weights;
            this.registry = registry;
            this.ready = ready;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (OPEN.contains(path(request))) {
                serve(context, request);
                return;
            }
            String action = request.method() + " " + path(request);
            switch (door.admit(context.channel(), request.headers(), Scope.ADMIN)) {
                case Admission.Refused refused -> {
                    Audit.refused(refused, action);
                    context.writeAndFlush(door.answer(refused));
                }
                case Admission.Admitted admitted -> {
                    if (request.decoderResult().isSuccess() && isAbout(request, WeightsEndpoint.PATH)) {
                        boolean changes = !request.method().equals(HttpMethod.GET);
                        weights.serve(request, response -> {
                            if (changes) {
                                Audit.done(
                                        admitted.caller(),
                                        action,
                                        response.status().code());
                            }
                            context.writeAndFlush(response);
                        });
                    } else {
                        serve(context, request);
                    }
                }
            }
        }

        private void serve(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse answer = answer(request);
            if (request.method().equals(HttpMethod.HEAD)) {
                answer.content().clear(); // the headers keep the length a GET would have
            }
            context.writeAndFlush(answer);
        }

        private static boolean isAbout(FullHttpRequest request, String path) {
            String asked = path(request);
            return asked.equals(path) || asked.startsWith(path + '/');
        }

        private static String path(FullHttpRequest request) {
            return new QueryStringDecoder(request.uri()).rawPath();
        }

        private FullHttpResponse answer(FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                return HttpAnswer.error(HttpResponseStatus.BAD_REQUEST, "bad_request", "this is not HTTP/1.1");
            }
            return switch (path(request)) {
                case "/livez" -> get(request, () -> HttpAnswer.json(HttpResponseStatus.OK, "{\"live\":true}\n"));
                case "/readyz" -> get(request, this::readiness);
                case "/metrics" -> get(request, this::metrics);
                default ->
                    HttpAnswer.error(
                            HttpResponseStatus.NOT_FOUND,
                            "not_found",
                            "no such path (expected: /livez, /readyz, /metrics or /v1/weights)");
            };
        }

        private static FullHttpResponse get(FullHttpRequest request, Supplier<FullHttpResponse> answer) {
            if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
                return answer.get();
            }
            FullHttpResponse refusal = HttpAnswer.error(
                    HttpResponseStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "expected: GET or HEAD");
            refusal.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            return refusal;
        }

        private FullHttpResponse readiness() {
            return ready.getAsBoolean()
                    ? HttpAnswer.json(HttpResponseStatus.OK, "{\"ready\":true}\n")
                    : HttpAnswer.json(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "{\"ready\":false,\"reason\":\"the models are not warm yet, or the server is draining\"}\n");
        }

        private FullHttpResponse metrics() {
            return HttpAnswer.of(HttpResponseStatus.OK, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // a probe that hung up or sat idle
        }
    }
}
