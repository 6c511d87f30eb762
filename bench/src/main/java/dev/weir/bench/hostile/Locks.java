package dev.weir.bench.hostile;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.weir.engine.access.ApiKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a server is locked with, and what opens it: made for one run.
 *
 * @param settings of the server
 * @param key that is good
 * @param forged a token with the name of a key of its issuer, signed with another
 * @param trusting the server's certificate
 */
public record Locks(Path settings, String key, String forged, SSLContext trusting) {

    private static final String ISSUER = "https://issuer.example";
    private static final char[] PASSWORD = "only for this run".toCharArray();

    /**
     * @param folder for its files
     * @param encrypted whether the port is
     */
    public static Locks make(Path folder, boolean encrypted) throws IOException, InterruptedException {
        try {
            String key = ApiKeys.draw("bench", new SecureRandom());
            Path jwks = Files.writeString(
                    folder.resolve("jwks.json"),
                    new JWKSet(rsa()).toPublicJWKSet().toString());
            KeyStore own = certificate(folder);
            writePem(
                    folder.resolve("certificate.pem"),
                    "CERTIFICATE",
                    certificate(own).getEncoded());
            writePem(folder.resolve("key.pem"), "PRIVATE KEY", privateKey(own).getEncoded());
            Path settings = Files.writeString(
                    folder.resolve("weir.conf"),
                    """
                    weir.relay.upstream = "http://127.0.0.1:9/v1"
                    weir.access.keys.bench { hash = "%s" }
                    weir.access.jwt { jwks = "%s", issuer = "%s", audience = weir, without-tenant = default }
                    """.formatted(ApiKeys.hash(key), jwks, ISSUER) + (encrypted ? """
                    weir.gateway.tls { certificate = "%1$s/certificate.pem", key = "%1$s/key.pem" }
                    """.formatted(folder) : ""));
            return new Locks(settings, key, forgedToken(), trusting(own));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IOException("keys for the run: " + e.getMessage(), e);
        }
    }

    private static RSAKey rsa() throws JOSEException {
        return new RSAKeyGenerator(2048).keyID("one").generate();
    }

    private static String forgedToken() throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience("weir")
                        .subject("bench")
                        .claim("scope", "stream")
                        .claim("exp", Instant.now().plusSeconds(3_600).getEpochSecond())
                        .build());
        token.sign(new RSASSASigner(rsa()));
        return token.serialize();
    }

    private static KeyStore certificate(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("own.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "weir",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said.strip());
        }
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            own.load(in, PASSWORD);
        }
        return own;
    }

    private static Certificate certificate(KeyStore own) throws GeneralSecurityException {
        return own.getCertificate("weir");
    }

    private static Key privateKey(KeyStore own) throws GeneralSecurityException {
        return own.getKey("weir", PASSWORD);
    }

    private static void writePem(Path file, String what, byte[] der) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what
                        + "-----\n");
    }

    private static SSLContext trusting(KeyStore own) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("weir", certificate(own));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
