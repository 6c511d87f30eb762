package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.http.Tls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private static X509Bundle authority;
    private static X509Bundle otherAuthority;
    private static X509Bundle chat;
    private static X509Bundle stranger;

    @TempDir
    Path folder;

    @BeforeAll
    static void issue() throws Exception {
        authority = authority("CN=authority");
        otherAuthority = authority("CN=another");
        chat = new CertificateBuilder().ecp256().subject("CN=chat-1,O=Acme").buildIssuedBy(authority);
        stranger = new CertificateBuilder().ecp256().subject("CN=chat-1,O=Acme").buildIssuedBy(otherAuthority);
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject(name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private void install(X509Bundle issuer) throws Exception {
        X509Bundle port = new CertificateBuilder()
                .ecp256()
                .subject("CN=weir")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(issuer);
        Files.writeString(folder.resolve("certificate.pem"), port.getCertificatePathPEM());
        Files.writeString(folder.resolve("key.pem"), port.getPrivateKeyPEM());
        Files.writeString(folder.resolve("ca.pem"), authority.getRootCertificatePEM());
    }

    private Tls tls(List<String> problems, String clients) {
        return Tls.from(ConfigFactory.parseString("""
                        certificate = "%1$s/certificate.pem", key = "%1$s/key.pem", client-ca = "%1$s/ca.pem"
                        client-certificate = %2$s
                        """.formatted(folder, clients)), "weir.gateway.tls", problems);
    }

    private Tls tls(String clients) {
        List<String> problems = new ArrayList<>();
        Tls tls = tls(problems, clients);
        assertThat(problems).isEmpty();
        return tls;
    }

    private static Access access() {
        return Accesses.of("access.certificates.\"CN=chat-1,O=Acme\" { tenant = acme }", "tenants.acme {}");
    }

    private static SSLContext trusting(X509Bundle issuer, X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                own == null ? null : own.toKeyManagerFactory().getKeyManagers(),
                issuer.toTrustManagerFactory().getTrustManagers(),
                null);
        return context;
    }

    private static int status(Gateways gateway, SSLContext context) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            URI uri = URI.create("https://127.0.0.1:" + gateway.server.port() + "/nothing");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static final class Listening implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }

    private static WebSocket connect(Gateways gateway, SSLContext context, Listening listening) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .newWebSocketBuilder()
                .buildAsync(URI.create("wss://127.0.0.1:" + gateway.server.port() + "/v1/stream"), listening)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void theSubjectOfAClientCertificateIsTheCaller() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(access(), tls("wanted"))) {
            WebSocket socket = connect(gateway, trusting(authority, chat), new Listening());
            socket.sendText("{\"type\":\"open\",\"stream\":\"s\"}", true).join();
            assertThat(gateway.nextOpen().caller())
                    .matches(caller -> caller.tenant().equals("acme"))
                    .matches(caller -> caller.subject().equals("CN=chat-1,O=Acme"));
            socket.abort();
        }
    }

    /** A handshake takes milliseconds; a thousand of them kept everybody else on their event loop waiting for seconds. */
    @Test
    void keysAreAgreedOnAwayFromTheEventLoops() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(access(), tls("wanted"))) {
            assertThat(status(gateway, trusting(authority, chat))).isEqualTo(404);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .contains("weir-tls");
        }
    }

    @Test
    void whoShowsNoCertificateNeedsAnotherCredential() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(access(), tls("wanted"))) {
            Listening listening = new Listening();
            connect(gateway, trusting(authority, null), listening);
            assertThat(listening.closed.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(4401);
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotTalkedToWhateverItsSubject() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(access(), tls("required"))) {
            assertThat(status(gateway, trusting(authority, chat))).isEqualTo(404);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> status(gateway, trusting(authority, stranger)));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> status(gateway, trusting(authority, null)));
        }
    }

    @Test
    void newConnectionsGetTheNewCertificateAndABadOneChangesNothing() throws Exception {
        install(authority);
        Tls tls = tls("wanted");
        try (Gateways gateway = new Gateways(Accesses.of(), tls)) {
            assertThat(tls.readAgain()).isEmpty();
            WebSocket before = connect(gateway, trusting(authority, null), new Listening());
            install(otherAuthority);
            assertThat(tls.readAgain()).isEmpty();
            assertThat(status(gateway, trusting(otherAuthority, null))).isEqualTo(404);
            Files.writeString(folder.resolve("key.pem"), "no key");
            assertThat(tls.readAgain())
                    .hasValueSatisfying(problem -> assertThat(problem)
                            .startsWith("weir.gateway.tls: [")
                            .contains("key.pem", "expected: PEM")
                            .doesNotContain("\n"));
            assertThat(tls.readAgain()).as("said once").isEmpty();
            assertThat(status(gateway, trusting(otherAuthority, null))).isEqualTo(404);
            before.sendText("{\"type\":\"open\",\"stream\":\"s\"}", true).join();
            assertThat(gateway.nextOpen().request().stream()).isEqualTo("s");
            before.abort();
        }
    }

    @Test
    void agreesOnHttpOverAlpn() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(Accesses.of(), tls("wanted"));
                SSLSocket socket = (SSLSocket)
                        trusting(authority, null).getSocketFactory().createSocket("127.0.0.1", gateway.server.port())) {
            javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void hangsUpOnWhoNeverEncryptsAndOnWhoNeverBegins() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(Accesses.of(), tls("wanted"), "handshake-timeout = 200ms");
                Socket plain = new Socket("127.0.0.1", gateway.server.port());
                Socket silent = new Socket("127.0.0.1", gateway.server.port())) {
            plain.setSoTimeout(10_000);
            silent.setSoTimeout(10_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(readToEnd(plain)).isTrue();
            assertThat(readToEnd(silent)).isTrue();
        }
    }

    @Test
    void whoeverIsSlowInsideTheEncryptionIsToldSo() throws Exception {
        install(authority);
        try (Gateways gateway = new Gateways(Accesses.of(), tls("wanted"), "keep-alive-timeout = 200ms");
                Socket socket =
                        trusting(authority, null).getSocketFactory().createSocket("127.0.0.1", gateway.server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /nothing HTTP/1.1\r\n\r\nGET /v1/stream HTTP/1.1\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .containsSubsequence("HTTP/1.1 404 ", "HTTP/1.1 408 ", "see weir.gateway.keep-alive-timeout")
                    .endsWith("}}\n");
        }
    }

    private static boolean readToEnd(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes().length < 64; // a TLS alert at most
        } catch (IOException e) {
            return e instanceof java.net.SocketException; // reset
        }
    }

    @Test
    void saysWhatIsWrongWithTheFiles() throws Exception {
        install(authority);
        Files.writeString(folder.resolve("certificate.pem"), "");
        List<String> problems = new ArrayList<>();
        tls(problems, "perhaps");
        assertThat(problems)
                .hasSize(2)
                .anyMatch(problem ->
                        problem.equals("weir.gateway.tls.client-certificate: perhaps (expected: wanted or required)"))
                .anyMatch(problem -> problem.contains("certificate.pem") && problem.contains("expected: PEM"));
    }
}
