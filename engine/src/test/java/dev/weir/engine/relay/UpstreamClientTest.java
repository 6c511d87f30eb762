package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamClientTest {

    @TempDir
    Path folder;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel beside = new NioSocketChannel();

    UpstreamClientTest() {
        loops.register(beside).syncUninterruptibly();
    }

    @AfterEach
    void close() {
        beside.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What came of a call: its text, or why there is none. */
    private static final class Heard implements UpstreamListener {
        final CompletableFuture<String> outcome = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public void head(HttpResponse head) {
            text.append(head.status().code()).append(' ');
        }

        @Override
        public void body(ByteBuf bytes) {
            text.append(bytes.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void pause() {}

        @Override
        public void end() {
            outcome.complete(text.toString());
        }

        @Override
        public void failed(UpstreamFailure why) {
            outcome.complete(why.name());
        }

        String get() throws Exception {
            return outcome.get(30, TimeUnit.SECONDS);
        }
    }

    private static RelaySettings settings(String overrides) {
        List<String> problems = new ArrayList<>();
        RelaySettings settings = RelaySettings.from(
                ConfigFactory.parseString(overrides)
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.relay")),
                Set.of(),
                problems);
        assertThat(problems).isEmpty();
        return settings;
    }

    private Heard ask(UpstreamClient client, CompletableFuture<UpstreamCall> called) {
        Heard heard = new Heard();
        beside.eventLoop()
                .execute(() -> called.complete(client.send(
                        beside,
                        new DefaultFullHttpRequest(
                                HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/x", Unpooled.EMPTY_BUFFER),
                        heard)));
        return heard;
    }

    private Heard ask(UpstreamClient client) {
        return ask(client, new CompletableFuture<>());
    }

    private static X509Bundle issue(String host, X509Bundle authority) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=up")
                .addSanIpAddress(host)
                .buildIssuedBy(authority);
    }

    private static FakeUpstream overTls(X509Bundle certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        return new FakeUpstream("https", context.getServerSocketFactory());
    }

    @Test
    void talksOnlyToAnUpstreamWhoseCertificateItTrustsAndThatNamesTheHost() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path trusted = Files.writeString(folder.resolve("ca.pem"), authority.getRootCertificatePEM());
        try (FakeUpstream good = overTls(issue("127.0.0.1", authority));
                FakeUpstream another = overTls(issue("127.0.0.9", authority));
                UpstreamClient client =
                        new UpstreamClient(settings("trust = \"" + trusted + "\""), URI.create(good.url()));
                UpstreamClient distrustful = new UpstreamClient(settings(""), URI.create(good.url()));
                UpstreamClient misled =
                        new UpstreamClient(settings("trust = \"" + trusted + "\""), URI.create(another.url()))) {
            good.next(call -> call.json(200, "{}"));
            assertThat(ask(client).get()).isEqualTo("200 {}");
            assertThat(ask(distrustful).get()).isEqualTo("UNREACHABLE");
            assertThat(ask(misled).get()).isEqualTo("UNREACHABLE");
        }
    }

    @Test
    void lettingGoOfACallClosesItsConnectionAndLetsTheNextOneHaveItsPlace() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client = new UpstreamClient(
                        settings("max-connections = 1, max-waiting = 1"), URI.create(upstream.url()))) {
            upstream.next(call -> hungUp.complete(call.begin().isHungUpOn())).next(call -> call.json(200, "{}"));
            CompletableFuture<UpstreamCall> called = new CompletableFuture<>();
            ask(client, called);
            upstream.call();
            Heard waiting = ask(client);
            assertThat(ask(client).get()).isEqualTo("FULL");
            CountDownLatch closed = new CountDownLatch(1);
            beside.eventLoop().execute(() -> called.join().cancel(closed::countDown));
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting.get()).isEqualTo("200 {}");
        }
    }

    @Test
    void closesAConnectionThatIsNotUsedForLong() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client =
                        new UpstreamClient(settings("pooled-timeout = 50 ms"), URI.create(upstream.url()))) {
            upstream.next(call -> {
                call.json(200, "{}");
                hungUp.complete(call.isHungUpOn());
            });
            assertThat(ask(client).get()).isEqualTo("200 {}");
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void waitsForAConnectionNoLongerThanToMakeOne() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client = new UpstreamClient(
                        settings("max-connections = 1, connect-timeout = 200 ms"), URI.create(upstream.url()))) {
            upstream.next(FakeUpstream.Call::isHungUpOn);
            Heard first = ask(client);
            while (!upstream.wasAsked()) {
                if (first.outcome.isDone()) {
                    first = ask(client); // a starved machine may take longer to connect
                }
            }
            assertThat(ask(client).get()).isEqualTo("FULL");
        }
    }

    @Test
    void usesAConnectionAgain() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client = new UpstreamClient(settings(""), URI.create(upstream.url()))) {
            upstream.next(call -> call.json(200, "{}")).next(call -> call.json(200, "[]"));
            assertThat(ask(client).get()).isEqualTo("200 {}");
            assertThat(ask(client).get()).isEqualTo("200 []");
            assertThat(upstream.call().isSameConnectionAs(upstream.call())).isTrue();
        }
    }

    @Test
    void usesNoConnectionAgainThatTheUpstreamSaysItCloses() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client = new UpstreamClient(settings(""), URI.create(upstream.url()))) {
            upstream.next(call -> {
                        call.json(200, "{}", "Connection: close");
                        hungUp.complete(call.isHungUpOn());
                    })
                    .next(call -> call.json(200, "[]"));
            assertThat(ask(client).get()).isEqualTo("200 {}");
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ask(client).get()).isEqualTo("200 []");
        }
    }

    /** Its upstream may close it just when the next request is on its way, and that is nobody's fault. */
    @Test
    void asksAgainWhenAConnectionIsClosedThatHadServedBeforeAndOnlyThen() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client = new UpstreamClient(settings(""), URI.create(upstream.url()))) {
            upstream.next(call -> call.json(200, "{}"))
                    .next(FakeUpstream.Call::hangUp)
                    .next(call -> call.json(200, "[]", "Connection: close"))
                    .next(FakeUpstream.Call::hangUp);
            assertThat(ask(client).get()).isEqualTo("200 {}");
            assertThat(ask(client).get()).isEqualTo("200 []");
            assertThat(ask(client).get()).isEqualTo("UNREACHABLE");
        }
    }

    @Test
    void givesUpOnAnAnswerThatDoesNotCome() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                UpstreamClient client =
                        new UpstreamClient(settings("first-byte-timeout = 50 ms"), URI.create(upstream.url()))) {
            upstream.next(FakeUpstream.Call::isHungUpOn);
            assertThat(ask(client).get()).isEqualTo("LATE");
        }
    }
}
