package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.ApiKeys;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask a server which has locks on both ports: the key comes by the environment, the authority by a file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteCommandsTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String OPERATOR = ApiKeys.draw("operator", RANDOM);
    private static final String CHAT = ApiKeys.draw("chat-1", RANDOM);

    private Path folder;
    private Server server;

    private record Said(int status, String out, String err) {}

    @BeforeAll
    void start(@TempDir Path files) throws Exception {
        folder = files;
        X509Bundle authority = authority("authority.pem");
        authority("another.pem");
        X509Bundle port = new CertificateBuilder()
                .ecp256()
                .subject("CN=weir")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        Files.writeString(folder.resolve("certificate.pem"), port.getCertificatePathPEM());
        Files.writeString(folder.resolve("key.pem"), port.getPrivateKeyPEM());
        server = Server.start(
                Engines.config("""
                        weir.gateway.tls { certificate = "%1$s/certificate.pem", key = "%1$s/key.pem" }
                        weir.admin.tls { certificate = "%1$s/certificate.pem", key = "%1$s/key.pem" }
                        weir.access.keys.operator { hash = "%2$s", scopes = [stream, admin] }
                        weir.access.keys.chat-1 { hash = "%3$s" }
                        weir.policy-defaults.prompt.stop-at = 0.9
                        weir.models.experts = [lexicon, ngram, prompts]
                        weir.policy-defaults.requires = []
                        """.formatted(folder, ApiKeys.hash(OPERATOR), ApiKeys.hash(CHAT))), line -> {});
    }

    private X509Bundle authority(String file) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve(file), authority.getRootCertificatePEM());
        return authority;
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** @param environment beside that of this process */
    private Said run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder command = new ProcessBuilder(new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName())));
        command.command().addAll(List.of(arguments));
        command.environment().putAll(environment);
        int status = command.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Said(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private Said weights(Map<String, String> environment, String authority) throws IOException, InterruptedException {
        return run(
                environment,
                "weights",
                "show",
                "--url",
                "https://127.0.0.1:" + server.adminPort(),
                "--ca",
                folder.resolve(authority).toString());
    }

    private Said doctor(Map<String, String> environment, String authority) throws IOException, InterruptedException {
        return run(
                environment,
                "doctor",
                "--json",
                "--url",
                "wss://127.0.0.1:" + server.port(),
                "--ca",
                folder.resolve(authority).toString());
    }

    @Test
    void weightsTakesTheKeyOfTheEnvironmentAndBelievesTheAuthorityOfTheFile() throws Exception {
        Said said = weights(Map.of("WEIR_ADMIN_KEY", OPERATOR), "authority.pem");
        assertThat(said.err()).isEmpty();
        assertThat(said.status()).isZero();
        assertThat(said.out()).contains("version");
    }

    @Test
    void weightsSaysWhyItIsNotLetIn() throws Exception {
        assertFails(weights(Map.of(), "authority.pem"), "expected: a key or token, as Authorization: Bearer");
        assertFails(weights(Map.of("WEIR_ADMIN_KEY", CHAT), "authority.pem"), "lacks the scope admin");
        assertFails(weights(Map.of("WEIR_ADMIN_KEY", OPERATOR), "another.pem"), "with a certificate of an authority");
        assertFails(weights(Map.of("WEIR_ADMIN_KEY", OPERATOR), "key.pem"), "key.pem cannot be used");
    }

    @Test
    void doctorTakesTheKeyOfTheEnvironmentAndBelievesTheAuthorityOfTheFile() throws Exception {
        Said said = doctor(Map.of("WEIR_KEY", OPERATOR), "authority.pem");
        assertThat(said.err()).isEmpty();
        assertThat(said.status()).isZero();
        assertThat(said.out()).contains("\"route\":\"socket json\"", "\"status\":\"protected\"");
    }

    @Test
    void doctorSaysWhyItIsNotLetIn() throws Exception {
        Said wrong = doctor(Map.of("WEIR_KEY", "weir_operator_guess"), "authority.pem");
        assertThat(wrong.status()).isOne();
        assertThat(wrong.out() + wrong.err()).contains("4401").doesNotContain("guess");
        Said unknown = doctor(Map.of("WEIR_KEY", OPERATOR), "another.pem");
        assertThat(unknown.status()).isOne();
        assertThat(unknown.out() + unknown.err()).doesNotContain("\"protected\"", OPERATOR);
    }

    private static void assertFails(Said said, String why) {
        assertThat(said.status()).isOne();
        assertThat(said.err()).contains(why).doesNotContain(OPERATOR, CHAT);
    }
}
