package dev.weir.engine.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.PlainJWT;
import dev.weir.engine.access.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Tokens that are not good, at every door of a whole server, beside somebody whose token is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensAtTheDoorTest {

    private static final List<String> REQUESTS =
            List.of("/v1/chat/completions", "/v1/completions", "/v1/moderations", "/v1/feedback");

    private final Issuer issuer = new Issuer(Instant.now().plusSeconds(3_600));
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listening = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    private LiveServer server;
    private LiveServer.Neighbour neighbour;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path jwks = Files.writeString(folder.resolve("jwks.json"), Issuer.published(Issuer.ONE, Issuer.TWO));
        Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
        listening.start();
        ours.setLevel(Level.TRACE);
        ours.addAppender(listening);
        server = new LiveServer("weir {" + Issuer.settings(jwks) + "\n tenants.acme {} }");
        neighbour = server.neighbour(bearer(issuer.signed(claims -> claims)));
    }

    @AfterAll
    void stop() throws Exception {
        neighbour.close();
        server.assertNothingIsLeft();
        server.close();
        Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
        ours.setLevel(null);
        ours.detachAppender(listening);
    }

    /** @param why what is said of it, after which anybody can tell what to do */
    private record Wrong(String what, String token, int status, int close, String why) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Wrong unknown(String what, String token, String why) {
        return new Wrong(what, token, 401, 4401, why);
    }

    private static Wrong forbidden(String what, String token, String why) {
        return new Wrong(what, token, 403, 4403, why);
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private Stream<Wrong> wrong() throws Exception {
        String others = "issuer, audience or time is another than expected";
        String nobodys = "not signed with a key and an algorithm that are taken";
        String forged = "signature is wrong";
        String good = issuer.signed(claims -> claims);
        byte[] publicKey = Issuer.ONE.toRSAPublicKey().getEncoded();
        return Stream.of(
                unknown("a wrong signature", good.substring(0, good.length() - 20) + "AAAAAAAAAAAAAAAAAAAA", forged),
                unknown("expired", issuer.signed(claims -> claims.expirationTime(in(-60))), "has expired"),
                unknown("not yet valid", issuer.signed(claims -> claims.notBeforeTime(in(600))), others),
                unknown("signed by nobody", new PlainJWT(issuer.claims().build()).serialize(), nobodys),
                unknown(
                        "the public key for a secret",
                        Issuer.signed(
                                JWSAlgorithm.HS256,
                                "one",
                                new MACSigner(publicKey),
                                issuer.claims().build()),
                        nobodys),
                unknown(
                        "another's key of the same name",
                        Issuer.signed(
                                JWSAlgorithm.RS256,
                                "one",
                                new RSASSASigner(Issuer.SOMEBODY_ELSES_ONE),
                                issuer.claims().build()),
                        forged),
                unknown(
                        "the name of the issuer's other key",
                        Issuer.signed(
                                JWSAlgorithm.ES256,
                                "one",
                                new ECDSASigner(Issuer.TWO),
                                issuer.claims().build()),
                        nobodys),
                unknown("from another issuer", issuer.signed(claims -> claims.issuer("https://other.example")), others),
                unknown("for another audience", issuer.signed(claims -> claims.audience("others")), others),
                unknown("of no tenant", issuer.signed(claims -> claims.claim("tenant", null)), "names no tenant"),
                forbidden(
                        "of a tenant of nobody's", issuer.signed(claims -> claims.claim("tenant", "zenith")), "tenant"),
                forbidden("for nothing", issuer.signed(claims -> claims.claim("scope", "openid")), "lacks the scope"),
                unknown("almost as long as a head may be", good + "A".repeat(7_000), forged),
                unknown("no token at all", "e30.e30.e30", "neither a key of this server nor a token"));
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefusedAtEveryDoorWithAReasonAndIsRepeatedNowhere(Wrong wrong) throws IOException {
        for (String path : REQUESTS) {
            Answer answer = post(path, bearer(wrong.token()));
            assertThat(answer.head()).as(path).startsWith("HTTP/1.1 " + wrong.status() + " ");
            assertThat(answer.body()).as(path).contains(wrong.why());
            assertRepeatsNothing(wrong, List.of(answer.head(), answer.body()));
        }
        for (String header :
                List.of(bearer(wrong.token()), "Sec-WebSocket-Protocol: weir.v1+json, weir.bearer." + wrong.token())) {
            try (RawWebSocket socket = server.dial()) {
                assertRepeatsNothing(wrong, socket.shakeHands(header));
                assertThat(socket.read().status()).as(header.substring(0, 20)).isEqualTo(wrong.close());
            }
        }
        neighbour.assertUndisturbed();
        assertRepeatsNothing(wrong, logged);
    }

    private static void assertRepeatsNothing(Wrong wrong, Collection<String> said) {
        for (String part : wrong.token().split("\\.")) {
            assertThat(said).noneMatch(line -> !part.isEmpty() && line.contains(part));
        }
    }

    @Test
    void isNotReadWhenItIsLongerThanAHeadMayBe() throws Exception {
        String endless = issuer.signed(claims -> claims) + "A".repeat(20_000);
        for (String path : REQUESTS) {
            assertThat(post(path, bearer(endless)).head()).startsWith("HTTP/1.1 431 ");
        }
        try (RawWebSocket socket = server.dial()) {
            assertThat(socket.shakeHands(bearer(endless)).getFirst()).contains(" 431 ");
        }
        neighbour.assertUndisturbed();
    }

    /** The other port too knows whose tokens are good, and good ones without its scope. */
    @Test
    void opensNothingOnTheAdminPortWithoutItsScope() throws Exception {
        String wrong = issuer.signed(claims -> claims.issuer("https://other.example"));
        assertThat(exchange(server.adminPort(), "GET /v1/weights HTTP/1.1", bearer(wrong))
                        .head())
                .startsWith("HTTP/1.1 401 ");
        String good = issuer.signed(claims -> claims);
        assertThat(exchange(server.adminPort(), "GET /v1/weights HTTP/1.1", bearer(good))
                        .head())
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void isTakenWhenItIsGood() throws Exception {
        String good = issuer.signed(claims -> claims);
        Map<String, String> statuses = new LinkedHashMap<>();
        for (String path : REQUESTS) {
            statuses.put(path, post(path, bearer(good)).head().substring(9, 12));
        }
        assertThat(statuses.values())
                .as("of {}, which none of them takes: " + statuses)
                .containsOnly("400");
    }

    private record Answer(String head, String body) {}

    private Answer post(String path, String header) throws IOException {
        return exchange(
                server.port(),
                "POST " + path + " HTTP/1.1",
                header,
                "Content-Type: application/json",
                "Content-Length: 2",
                "",
                "{}");
    }

    private static Answer exchange(int port, String... lines) throws IOException {
        try (RawWebSocket client = RawWebSocket.dial(port)) {
            List<String> request = new ArrayList<>(List.of(lines));
            request.addAll(1, List.of("Host: 127.0.0.1", "Connection: close"));
            String end = request.contains("") ? "" : "\r\n\r\n";
            client.sendBytes((String.join("\r\n", request) + end).getBytes(UTF_8));
            return new Answer(String.join("\n", client.readHead()), client.readToEnd());
        }
    }
}
