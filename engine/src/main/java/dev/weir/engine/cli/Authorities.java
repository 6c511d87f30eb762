package dev.weir.engine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose certificates a command believes that talks to a server. */
final class Authorities {

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authority of the server's certificate.")
    private @Nullable Path file;

    /**
     * To be believed in place of the platform's; null where those are.
     *
     * @throws IOException when the file cannot be read, or holds something else
     */
    @Nullable
    SSLContext context() throws IOException {
        return file == null ? null : trusting(file);
    }

    private static SSLContext trusting(Path pem) throws IOException {
        try (InputStream file = Files.newInputStream(pem)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("authority " + trusted.size(), authority);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("--ca " + pem + " cannot be used (" + e.getMessage() + "; expected: PEM)", e);
        }
    }
}
