package dev.weir.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.HttpSettings.Patience;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration BRIEF = Duration.ofMillis(50);
    private static final int MOST = 1 << 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Access access = Accesses.of();
    private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Bodies bodies = new Bodies(MOST);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Says what it is asked, keeps what it is asked to hold, and has something only reviewers may see. */
    private int listen(HttpSettings settings) {
        Routes routes = new Routes(List.of(
                endpoint(
                        Route.post("/say", Scope.STREAM, 64),
                        (request, exchange) -> exchange.answer(HttpAnswer.json(
                                HttpResponseStatus.OK, request.content().toString(StandardCharsets.UTF_8)))),
                endpoint(Route.get("/hold", Scope.STREAM), (request, exchange) -> held.add(exchange)),
                endpoint(Route.get("/break", Scope.STREAM), (request, exchange) -> {
                    throw new IllegalStateException("on purpose");
                })));
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(
                        io.netty.channel.ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(512, 1_024))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(256, 512, 128))
                                .addLast(new Router(
                                        channel,
                                        routes,
                                        Door.ofClients(access),
                                        settings,
                                        bodies,
                                        DispatcherSelector.sameAsParent()));
                        accepted.add(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        open.add(() -> listening.close().syncUninterruptibly());
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private Socket dial(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        open.add(socket);
        return socket;
    }

    private Socket dial() throws IOException {
        return dial(LONG, LONG, LONG);
    }

    private Socket dial(Duration firstHead, Duration body, Duration nextHead) throws IOException {
        return dial(listen(settings(firstHead, body, nextHead)));
    }

    /** One that said this before the server looked, however little time it gives. */
    private Socket dialSaying(String bytes, HttpSettings settings) throws IOException {
        int port = listen(settings);
        CountDownLatch said = new CountDownLatch(1);
        loops.submit(() -> said.await(30, TimeUnit.SECONDS));
        Socket socket = dial(port);
        send(socket, bytes);
        said.countDown();
        return socket;
    }

    private static HttpSettings settings(Duration firstHead, Duration body, Duration nextHead) {
        return new HttpSettings(
                new Patience(firstHead, "first-head"),
                new Patience(body, "body"),
                new Patience(nextHead, "next-head"),
                LONG,
                MOST);
    }

    private static Endpoint endpoint(Route route, BiConsumer<FullHttpRequest, Exchange> serve) {
        return new Endpoint() {
            @Override
            public Route route() {
                return route;
            }

            @Override
            public void serve(FullHttpRequest request, Caller caller, Exchange exchange) {
                serve.accept(request, exchange);
            }
        };
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String post(String path, String body, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n" + String.join("", headers) + "\r\n" + body;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n\r\n";
    }

    /** What the server says until this text came so many times, or it hung up. */
    private static String read(Socket socket, String until, int times) throws IOException {
        StringBuilder said = new StringBuilder();
        InputStream in = socket.getInputStream(); // byte by byte, so that what follows stays unread
        int left = times;
        for (int c = in.read(); c >= 0; c = in.read()) {
            said.append((char) c);
            if (said.length() >= until.length()
                    && said.indexOf(until, said.length() - until.length()) >= 0
                    && --left == 0) {
                break;
            }
        }
        return said.toString();
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void servesOneRequestAfterAnotherOnOneConnection() throws IOException {
        Socket client = dial();
        send(client, post("/say", "[1]"));
        assertThat(read(client, "[1]", 1)).startsWith("HTTP/1.1 200 OK").doesNotContain("connection: close");
        send(client, post("/say", "[2]"));
        assertThat(read(client, "[2]", 1)).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void answersRequestsThatWereSentAheadInTheirOrder() throws Exception {
        Socket client = dial();
        StringBuilder ahead = new StringBuilder(get("/hold"));
        for (int i = 0; i < 40; i++) {
            ahead.append(post("/say", "[" + i + "]"));
        }
        send(client, ahead + post("/say", "[last]", "Connection: close\r\n"));
        held.take().answer(HttpAnswer.json(HttpResponseStatus.OK, "[held]"));
        String said = readAll(client);
        int before = said.indexOf("[held]");
        assertThat(before).isPositive();
        for (int i = 0; i < 40; i++) {
            assertThat(said.indexOf("[" + i + "]")).isGreaterThan(before);
            before = said.indexOf("[" + i + "]");
        }
        assertThat(said).endsWith("[last]");
    }

    @Test
    void doesNotReadWhatIsSentFarAheadOfItsAnswers() throws Exception {
        Socket client = dial();
        send(client, get("/hold"));
        Exchange holding = held.take();
        send(client, post("/say", "[1]").repeat(40));
        Channel channel = accepted.take();
        while (channel.config().isAutoRead()) {
            Thread.onSpinWait();
        }
        holding.answer(HttpAnswer.json(HttpResponseStatus.OK, "[held]"));
        assertThat(read(client, "[1]", 40)).contains("[held]");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void takesABodyInPiecesAndWaitsToBeAskedForIt() throws IOException {
        Socket client = dial();
        send(
                client,
                "POST /say HTTP/1.1\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
                        + "Expect: 100-continue\r\n\r\n");
        assertThat(read(client, "\r\n\r\n", 1)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        send(client, "2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n");
        assertThat(read(client, "[1]", 1)).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void saysWhatIsWrongWithARequestThatFitsNoRoute() throws IOException {
        Socket client = dial();
        send(client, get("/nowhere"));
        assertThat(read(client, "}}\n", 1))
                .startsWith("HTTP/1.1 404 Not Found")
                .contains("\"code\":\"not_found\"", "one of /break, /hold, /say");
        send(client, get("/say"));
        assertThat(read(client, "}}\n", 1)).startsWith("HTTP/1.1 405 ").contains("allow: POST");
        send(client, "POST /say HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
        assertThat(read(client, "}}\n", 1)).startsWith("HTTP/1.1 415 ").contains("expected: application/json");
        send(client, get("/break"));
        assertThat(read(client, "}}\n", 1))
                .startsWith("HTTP/1.1 500 ")
                .contains("\"type\":\"server_error\"")
                .doesNotContain("on purpose");
    }

    @Test
    void refusesABodyThatIsTooLongBeforeItComesAndWhenItTurnsOutToBe() throws IOException {
        Socket declared = dial();
        send(declared, "POST /say HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 65\r\n\r\n");
        assertThat(readAll(declared)).startsWith("HTTP/1.1 413 ").contains("connection: close", "at most 64 bytes");

        Socket chunked = dial();
        send(
                chunked,
                "POST /say HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + ("20\r\n" + "x".repeat(32) + "\r\n").repeat(3));
        assertThat(readAll(chunked)).startsWith("HTTP/1.1 413 ");
        send(chunked, "0\r\n\r\n");
        assertThat(chunked.getInputStream().read()).isNegative();
    }

    @Test
    void refusesWhatIsNotHttp() throws IOException {
        Socket garbage = dial();
        send(garbage, "\0\1\2 what\r\n\r\n");
        assertThat(readAll(garbage)).startsWith("HTTP/1.1 400 ");
        Socket longHead = dial();
        send(longHead, "GET /hold HTTP/1.1\r\nX: " + "x".repeat(600) + "\r\n\r\n");
        assertThat(readAll(longHead)).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void streamsAnAnswerAndSaysWhenTheClientDoesNotKeepUpAndWhenItDoesAgain() throws Exception {
        Socket client = dial();
        send(client, get("/hold"));
        Exchange exchange = held.take();
        CountDownLatch writable = new CountDownLatch(1);
        BlockingQueue<Boolean> kept = new LinkedBlockingQueue<>();
        String piece = "x".repeat(1 << 14);
        int pieces = 600;
        exchange.eventLoop().execute(() -> {
            exchange.onWritable(writable::countDown);
            exchange.begin(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            kept.add(exchange.isWritable());
            for (int i = 0; i < pieces; i++) {
                exchange.write(Unpooled.copiedBuffer(piece, StandardCharsets.US_ASCII));
                exchange.flush();
            }
            kept.add(exchange.isWritable());
            exchange.end();
        });
        assertThat(kept.take()).isTrue();
        assertThat(kept.take()).isFalse();
        String said = read(client, "0\r\n\r\n", 1);
        assertThat(said).contains("transfer-encoding: chunked");
        assertThat(said.chars().filter(c -> c == 'x').count()).isEqualTo((long) pieces * piece.length());
        send(client, post("/say", "[1]"));
        assertThat(read(client, "[1]", 1)).startsWith("HTTP/1.1 200 OK");
        assertThat(writable.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsAStreamForAnOldClientWithItsConnection() throws Exception {
        Socket client = dial();
        send(client, "GET /hold HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Exchange exchange = held.take();
        exchange.eventLoop().execute(() -> {
            exchange.begin(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            exchange.write(Unpooled.copiedBuffer("text", StandardCharsets.US_ASCII));
            exchange.end();
        });
        assertThat(readAll(client)).endsWith("\r\n\r\ntext").doesNotContain("chunked");
    }

    @Test
    void tellsAnEndpointThatItsClientWentAway() throws Exception {
        Socket client = dial();
        send(client, get("/hold"));
        Exchange exchange = held.take();
        CountDownLatch gone = new CountDownLatch(1);
        exchange.eventLoop().submit(() -> exchange.onGone(gone::countDown)).sync();
        client.close();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        exchange.answer(HttpAnswer.json(HttpResponseStatus.OK, "[]"));
        assertThat(exchange.eventLoop().submit(exchange::isOver).sync().get()).isTrue();
    }

    @Test
    void hangsUpOnWhoeverBeginsNothing() throws IOException {
        Socket silent = dial(BRIEF, LONG, LONG);
        assertThat(silent.getInputStream().read()).isNegative();

        Socket emptyLines = dial(BRIEF, LONG, LONG);
        send(emptyLines, "\r\n\r\n");
        assertThat(emptyLines.getInputStream().read()).isNegative();

        Socket idle = dial(LONG, LONG, BRIEF);
        send(idle, post("/say", "[1]"));
        assertThat(readAll(idle)).endsWith("[1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "G",
                "GET",
                "GET ",
                "GET /hold HTTP/1.",
                "GET /hold HTTP/1.1\r",
                "GET /hold HTTP/1.1\r\n",
                "\r\nPOST /say HTTP/1.1\r\nContent-Length: 3",
                "POST /say HTTP/1.1\r\nContent-Length: 3\r\n",
                "POST /say HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX"
            })
    void tellsWhoeverDoesNotEndAHeadThatHeIsTooSlow(String begun) throws IOException {
        Socket first = dialSaying(begun, settings(BRIEF, LONG, LONG));
        assertThat(readAll(first))
                .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                .contains("connection: close\r\n", "\"code\":\"request_timeout\"")
                .contains("the head of this request is not whole (expected: within 50 ms, see first-head)");

        Socket next = dial(LONG, LONG, BRIEF);
        send(next, post("/say", "[1]") + begun);
        assertThat(readAll(next))
                .containsSubsequence("HTTP/1.1 200 OK", "[1]HTTP/1.1 408 ", "within 50 ms, see next-head");
    }

    @Test
    void tellsWhoeverDoesNotEndABodyThatHeIsTooSlowAndHoldsNothingOfItAnyMore() throws IOException {
        bodies = new Bodies(8);
        Socket slow = dial(LONG, BRIEF, LONG);
        send(slow, "POST /say HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n[123456");
        assertThat(read(slow, "}}\n", 1))
                .startsWith("HTTP/1.1 408 ")
                .contains("connection: close\r\n", "\"code\":\"request_timeout\"")
                .contains("the body of this request is not whole (expected: within 50 ms, see body)");
        assertThat(say("[123456]")).contains("200 OK");
    }

    /** What he goes on saying would reset the connection and his answer with it, if it were just closed. */
    @Test
    void dropsWhatTheSlowGoOnSayingUntilTheyLeave() throws Exception {
        Socket slow = dialSaying("POST /say HT", settings(BRIEF, LONG, LONG));
        assertThat(readAll(slow)).startsWith("HTTP/1.1 408 ").endsWith("}}\n");
        Channel channel = accepted.take();
        send(slow, "TP/1.1\r\n\r\n" + post("/say", "[1]") + "\0\r\n\r\n");
        channel.eventLoop().submit(() -> {}).sync();
        assertThat(slow.getInputStream().read()).isNegative();
        slow.close();
        assertThat(channel.closeFuture().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cutsOffTheSlowWhoDoNotLeave() throws Exception {
        dialSaying("GET /h", settings(BRIEF, LONG, LONG));
        assertThat(accepted.take().closeFuture().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesWhatItCannotHoldUntilOthersLeaveRoom() throws IOException {
        bodies = new Bodies(8);
        Socket slow = dial();
        send(slow, "POST /say HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n[12345");
        letWhatIsReadyBeSeen();
        assertThat(say("[1234]")).startsWith("HTTP/1.1 503 ").contains("retry-after: 1", "\"code\":\"overloaded\"");
        for (int i = 0; i < 8; i++) {
            assertThat(say("[]")).as("what there is room for").startsWith("HTTP/1.1 200 OK");
        }
        slow.close();
        letWhatIsReadyBeSeen();
        assertThat(say("[1234]")).startsWith("HTTP/1.1 200 OK").endsWith("[1234]");
    }

    /** The connections have one event loop, which looks for what came before each task. */
    private void letWhatIsReadyBeSeen() {
        for (int i = 0; i < 10; i++) {
            loops.submit(() -> {}).syncUninterruptibly();
        }
    }

    private String say(String body) throws IOException {
        try (Socket client = dial()) {
            send(client, post("/say", body, "Connection: close\r\n"));
            return readAll(client);
        }
    }

    @Test
    void cutsOffAReaderWhoReadsNothing() throws Exception {
        Patience patience = new Patience(LONG, "any");
        Socket client = dial(listen(new HttpSettings(patience, patience, patience, BRIEF, MOST)));
        send(client, get("/hold"));
        Exchange exchange = held.take();
        CountDownLatch gone = new CountDownLatch(1);
        exchange.eventLoop().execute(() -> {
            exchange.onGone(gone::countDown);
            exchange.begin(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            exchange.write(Unpooled.wrappedBuffer(new byte[32 << 20]));
            exchange.flush();
        });
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRetiredConnectionFinishesItsRequestAndTakesNoOther() throws Exception {
        Socket idle = dial();
        Router.retire(accepted.take());
        assertThat(idle.getInputStream().read()).isNegative();

        Socket busy = dial();
        send(busy, get("/hold"));
        Exchange exchange = held.take();
        Router.retire(accepted.take());
        exchange.eventLoop().submit(() -> {}).sync();
        exchange.answer(HttpAnswer.json(HttpResponseStatus.OK, "[held]"));
        assertThat(readAll(busy)).contains("connection: close").endsWith("[held]");
    }
}
