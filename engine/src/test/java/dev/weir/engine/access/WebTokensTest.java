package dev.weir.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.sun.net.httpserver.HttpServer;
import dev.weir.protocol.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static final RSAKey rsa = Issuer.ONE;
    private static final RSAKey otherRsa = Issuer.SOMEBODY_ELSES_ONE;
    private static final ECKey ec = Issuer.TWO;

    private final Issuer issuer = new Issuer(NOW);

    @TempDir
    Path folder;

    private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    private final Clock clock = clockOf(time);

    private static Clock clockOf(AtomicReference<Instant> time) {
        return new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.get();
            }
        };
    }

    private Access access(JWK... published) throws IOException {
        Path jwks = folder.resolve("jwks.json");
        Files.writeString(jwks, Issuer.published(published));
        return access(jwks.toString());
    }

    private Access access(String jwks) {
        return Accesses.of(clock, System::nanoTime, Issuer.settings(jwks), "tenants.acme { weakest-mode = stream }");
    }

    private JWTClaimsSet.Builder claims() {
        return issuer.claims();
    }

    private String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return issuer.signed(change);
    }

    private static Admission ask(Access access, String token) {
        return access.admit(Credential.bearer(token), Scope.STREAM);
    }

    private static void assertRefused(Admission admission, Admission.Reason reason, String word) {
        assertThat(admission).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(word);
        });
    }

    @Test
    void letsInWhomTheIssuerNames() throws Exception {
        Access access = access(rsa, ec);
        Caller expected = new Caller(
                "acme",
                "chat-1",
                Set.of(Scope.STREAM, Scope.REVIEW),
                List.of(),
                Mode.STREAM,
                new Pass.Token(NOW.plusSeconds(90).toEpochMilli()));
        assertThat(ask(access, signed(claims -> claims))).isEqualTo(new Admission.Admitted(expected));
        String byOther = Issuer.signed(JWSAlgorithm.ES256, "two", new ECDSASigner(ec), claims().build());
        assertThat(ask(access, byOther)).isEqualTo(new Admission.Admitted(expected));
        assertThat(ask(access, signed(claims -> claims.claim("scope", List.of("weir:stream", "weir:review")))))
                .isEqualTo(new Admission.Admitted(expected));
    }

    @Test
    void refusesATokenThatNobodySigned() throws Exception {
        assertRefused(
                ask(access(rsa), new PlainJWT(claims().build()).serialize()),
                Admission.Reason.UNAUTHENTICATED,
                "not signed");
    }

    /** The trick of old: the public key, which all know, taken for the secret of an HMAC. */
    @Test
    void refusesATokenSignedWithThePublicKeyAsASecret() throws Exception {
        byte[] known = rsa.toRSAPublicKey().getEncoded();
        String token = Issuer.signed(JWSAlgorithm.HS256, "one", new MACSigner(known), claims().build());
        assertRefused(ask(access(rsa), token), Admission.Reason.UNAUTHENTICATED, "not signed");
    }

    @Test
    void refusesATokenSignedWithAnotherKeyOfTheSameName() throws Exception {
        String token = Issuer.signed(JWSAlgorithm.RS256, "one", new RSASSASigner(otherRsa), claims().build());
        assertRefused(ask(access(rsa), token), Admission.Reason.UNAUTHENTICATED, "signature");
    }

    @Test
    void refusesAnAlgorithmThatIsNotTakenThoughTheKeyIsRight() throws Exception {
        String token = Issuer.signed(JWSAlgorithm.RS512, "one", new RSASSASigner(rsa), claims().build());
        assertRefused(ask(access(rsa), token), Admission.Reason.UNAUTHENTICATED, "not signed");
    }

    @Test
    void refusesAnExpiredTokenOnceTheClocksCannotBeToBlame() throws Exception {
        Access access = access(rsa);
        String token = signed(claims -> claims);
        time.set(NOW.plusSeconds(60 + 29));
        Caller caller = ((Admission.Admitted) ask(access, token)).caller();
        assertThat(access.stillAdmits(caller)).isTrue();
        time.set(NOW.plusSeconds(60 + 31));
        assertThat(access.stillAdmits(caller)).isFalse();
        assertRefused(ask(access, token), Admission.Reason.UNAUTHENTICATED, "expired");
    }

    @Test
    void refusesWhatIsForOthersFromOthersNotYetOrForEver() throws Exception {
        Access access = access(rsa);
        for (String token : List.of(
                signed(claims -> claims.audience("others")),
                signed(claims -> claims.issuer("https://other.example")),
                signed(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(60)))),
                signed(claims -> claims.expirationTime(null)))) {
            assertRefused(ask(access, token), Admission.Reason.UNAUTHENTICATED, "issuer, audience or time");
        }
    }

    @Test
    void refusesATokenWithoutTenantOrSubjectAndForbidsATenantThatIsNotServed() throws Exception {
        Access access = access(rsa);
        assertRefused(
                ask(access, signed(claims -> claims.claim("tenant", null))),
                Admission.Reason.UNAUTHENTICATED,
                "tenant");
        assertRefused(ask(access, signed(claims -> claims.subject(null))), Admission.Reason.UNAUTHENTICATED, "subject");
        assertRefused(
                ask(access, signed(claims -> claims.claim("tenant", 7))), Admission.Reason.UNAUTHENTICATED, "strings");
        assertRefused(
                ask(access, signed(claims -> claims.claim("tenant", "zenith"))), Admission.Reason.FORBIDDEN, "tenant");
        assertRefused(
                ask(access, signed(claims -> claims.claim("scope", "stream"))), Admission.Reason.FORBIDDEN, "stream");
    }

    @Test
    void servesATenantThatIsNotNamedWhereThatIsSet() throws Exception {
        access(rsa);
        Access access = Accesses.of(
                clock,
                System::nanoTime,
                Issuer.settings(folder.resolve("jwks.json")),
                "tenant-defaults.accept-unknown = true");
        assertThat(ask(access, signed(claims -> claims.claim("tenant", "zenith"))))
                .isInstanceOf(Admission.Admitted.class);
        assertRefused(
                ask(access, signed(claims -> claims.claim("tenant", "../zenith"))),
                Admission.Reason.FORBIDDEN,
                "tenant");
    }

    @Test
    void refusesWhatIsNoTokenAtAll() throws Exception {
        Access access = access(rsa);
        for (String nonsense : List.of(
                "", "a.b.c", "....", "bnVsbA.e30.AAAA", signed(claims -> claims) + "x", "eyJhbGciOiJSUzI1NiJ9..")) {
            assertThat(ask(access, nonsense)).isInstanceOf(Admission.Refused.class);
        }
    }

    /** A new key is looked for once; what is signed with it is put off until then, and never let in before. */
    @Test
    void looksOnceForAKeyThatIsNewAndNotOftenerThanSet() throws Exception {
        AtomicReference<String> published = new AtomicReference<>(Issuer.published(ec));
        AtomicInteger looks = new AtomicInteger();
        HttpServer site = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        site.createContext("/", exchange -> {
            byte[] body = published.get().getBytes(StandardCharsets.UTF_8);
            looks.incrementAndGet();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        site.start();
        try (Access access = access("http://127.0.0.1:" + site.getAddress().getPort() + "/keys")) {
            assertThat(looks).hasValue(1);
            String token = signed(claims -> claims);
            assertRefused(ask(access, token), Admission.Reason.UNAUTHENTICATED, "not signed");
            published.set(Issuer.published(ec, rsa));
            time.set(NOW.plusSeconds(31));
            assertRefused(ask(access, token), Admission.Reason.NOT_YET, "try again");
            Admission later = ask(access, token);
            while (later instanceof Admission.Refused refused && refused.reason() == Admission.Reason.NOT_YET) {
                later = ask(access, token);
            }
            assertThat(later).isInstanceOf(Admission.Admitted.class);
            assertThat(looks).hasValue(2);
            String unknown = Issuer.signed(JWSAlgorithm.RS256, "three", new RSASSASigner(rsa), claims().build());
            assertRefused(ask(access, unknown), Admission.Reason.UNAUTHENTICATED, "not signed");
            assertThat(looks).hasValue(2);
        } finally {
            site.stop(0);
        }
    }

    @Test
    void keepsTheKeysItHasWhenTheyCannotBeReadAgain() throws Exception {
        Access access = access(rsa);
        Files.writeString(folder.resolve("jwks.json"), "{");
        time.set(NOW.plusSeconds(31));
        String unknown = Issuer.signed(JWSAlgorithm.RS256, "three", new RSASSASigner(rsa), claims().build());
        assertRefused(ask(access, unknown), Admission.Reason.NOT_YET, "try again");
        assertThat(ask(access, signed(claims -> claims))).isInstanceOf(Admission.Admitted.class);
    }
}
