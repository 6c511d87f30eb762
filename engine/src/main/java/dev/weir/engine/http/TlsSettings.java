package dev.weir.engine.http;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a port is encrypted.
 *
 * @param certificate PEM file with the port's certificate, and behind it those that lead to its authority's
 * @param key PEM file with its private key
 * @param clientCa PEM file with the authorities whose client certificates are taken; empty to ask for none
 * @param clientsNeedOne whether who shows no client certificate is refused
 */
record TlsSettings(Path certificate, Path key, Optional<Path> clientCa, boolean clientsNeedOne) {

    /**
     * Empty where there is to be no encryption.
     *
     * @param path of the block, such as {@code weir.gateway.tls}
     */
    static Optional<TlsSettings> from(Config config, String path, List<String> problems) {
        String certificate = config.getString("certificate");
        String key = config.getString("key");
        String clientCa = config.getString("client-ca");
        String clients = config.getString("client-certificate");
        if (certificate.isEmpty() != key.isEmpty()) {
            problems.add(path + ": a certificate without a key, or a key without one (expected: both or neither)");
        }
        if (certificate.isEmpty() && !clientCa.isEmpty()) {
            problems.add(path + ".client-ca: " + clientCa + " without a certificate of the port (expected: both)");
        }
        if (!clients.equals("wanted") && !clients.equals("required")) {
            problems.add(path + ".client-certificate: " + clients + " (expected: wanted or required)");
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TlsSettings(
                Path.of(certificate),
                Path.of(key),
                clientCa.isEmpty() ? Optional.empty() : Optional.of(Path.of(clientCa)),
                clients.equals("required")));
    }

    /** The files that it takes. */
    List<Path> files() {
        return Stream.concat(Stream.of(certificate, key), clientCa.stream()).toList();
    }
}
