package dev.weir.engine.access;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the server, and what for. Every key is explained in {@code reference.conf}.
 *
 * @param anyone whether a server without authentication may listen beyond this machine
 * @param openMetrics whether metrics are shown without a credential
 * @param certificates what a client certificate gives, by its subject
 * @param tokens empty when JSON Web Tokens are not taken
 * @param origins web pages that may ask, beside those of this server
 */
public record AccessSettings(
        boolean anyone,
        boolean openMetrics,
        ApiKeys keys,
        Map<String, Grant> certificates,
        Optional<TokenSettings> tokens,
        Origins origins,
        Tenants tenants) {

    static final AccessSettings NONE = new AccessSettings(
            false, true, ApiKeys.NONE, Map.of(), Optional.empty(), new Origins(Set.of()), Tenants.UNLIMITED);

    public AccessSettings {
        certificates = Map.copyOf(certificates);
    }

    /**
     * Reads {@code weir.access}, {@code weir.tenants} and {@code weir.tenant-defaults}; what is wrong is added to
     * {@code problems}.
     *
     * @param policies names of all there are
     */
    public static AccessSettings from(Config weir, Set<String> policies, List<String> problems) {
        Config access = weir.getConfig("access");
        Config defaults = access.getConfig("credential-defaults");
        Tenants tenants =
                Tenants.from(weir.getConfig("tenants"), weir.getConfig("tenant-defaults"), policies, problems);
        ApiKeys keys = ApiKeys.from(access.getConfig("keys"), defaults, problems);
        keys.grants().forEach((id, grant) -> tenants.check(grant, "weir.access.keys." + id, problems));
        Map<String, Grant> certificates = new LinkedHashMap<>();
        Blocks.of(access.getConfig("certificates"), defaults, "weir.access.certificates", problems)
                .forEach((subject, certificate) -> {
                    String path = "weir.access.certificates.\"" + subject + "\"";
                    Grant grant = Grant.from(certificate, path, subject, problems);
                    tenants.check(grant, path, problems);
                    certificates.put(subject, grant);
                });
        AccessSettings settings = new AccessSettings(
                access.getBoolean("anyone"),
                access.getBoolean("open-metrics"),
                keys,
                certificates,
                TokenSettings.from(access.getConfig("jwt"), problems),
                Origins.from(access.getStringList("origins"), problems),
                tenants);
        if (settings.anyone && settings.isConfigured()) {
            problems.add("weir.access.anyone: true beside keys, tokens or certificates (expected: false; who has none"
                    + " of them is refused)");
        }
        return settings;
    }

    /** The same for other keys. */
    AccessSettings withKeys(ApiKeys other) {
        return new AccessSettings(anyone, openMetrics, other, certificates, tokens, origins, tenants);
    }

    /** Whether a credential is asked for. */
    public boolean isConfigured() {
        return !keys.isEmpty() || !certificates.isEmpty() || tokens.isPresent();
    }

    /** A port that others can reach is no port for everybody, unless somebody said so. */
    public void requireLocal(String path, String host, List<String> problems) {
        if (!anyone && !isConfigured() && !isLoopback(host)) {
            problems.add(path + ": " + host + " without authentication (expected: keys or tokens in weir.access, an"
                    + " address of this machine alone such as 127.0.0.1, or weir.access.anyone = true)");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true; // which whoever binds to it says
        }
    }
}
