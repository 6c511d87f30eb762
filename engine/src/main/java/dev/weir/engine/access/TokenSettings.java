package dev.weir.engine.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.typesafe.config.Config;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which JSON Web Tokens are good, and what they say.
 *
 * @param jwks where the keys are that sign them: a file, or an address that nobody in between can answer for
 * @param issuer that they name
 * @param audience that they name, among others perhaps
 * @param skew by which the clocks of issuer and server may differ
 * @param refresh between two looks at the keys
 * @param leastRefresh between two looks because of a key that is not known yet
 * @param scopePrefix of the scopes that are meant for this server
 * @param withoutTenant tenant of those that name none; empty to refuse them
 */
record TokenSettings(
        URI jwks,
        String issuer,
        String audience,
        Set<JWSAlgorithm> algorithms,
        Duration skew,
        Duration refresh,
        Duration leastRefresh,
        String tenantClaim,
        String subjectClaim,
        String scopesClaim,
        String scopePrefix,
        String withoutTenant) {

    /** Signatures that only the issuer can make; never none, and never HMAC, whose key could be one that is public. */
    private static final List<JWSAlgorithm> SIGNATURES = List.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String PATH = "weir.access.jwt.";

    /** Empty when no {@code jwks} is given. */
    static Optional<TokenSettings> from(Config config, List<String> problems) {
        String jwks = config.getString("jwks");
        if (jwks.isEmpty()) {
            return Optional.empty();
        }
        Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
        for (String name : config.getStringList("algorithms")) {
            JWSAlgorithm algorithm = new JWSAlgorithm(name);
            if (!SIGNATURES.contains(algorithm)) {
                problems.add(PATH + "algorithms: " + name + " (expected: of " + SIGNATURES + ")");
            }
            algorithms.add(algorithm);
        }
        if (algorithms.isEmpty()) {
            problems.add(PATH + "algorithms: none (expected: at least one)");
        }
        TokenSettings settings = new TokenSettings(
                address(jwks, problems),
                required(config, "issuer", problems),
                required(config, "audience", problems),
                Set.copyOf(algorithms),
                config.getDuration("clock-skew"),
                config.getDuration("refresh"),
                config.getDuration("least-refresh"),
                required(config, "tenant-claim", problems),
                required(config, "subject-claim", problems),
                required(config, "scopes-claim", problems),
                config.getString("scope-prefix"),
                config.getString("without-tenant"));
        settings.validate(problems);
        return Optional.of(settings);
    }

    private void validate(List<String> problems) {
        if (skew.isNegative() || skew.compareTo(Duration.ofMinutes(5)) > 0) {
            problems.add(PATH + "clock-skew: " + skew.toMillis() + " ms (expected: 0 to 5 minutes)");
        }
        if (leastRefresh.compareTo(Duration.ofSeconds(1)) < 0) {
            problems.add(PATH + "least-refresh: " + leastRefresh.toMillis() + " ms (expected: at least 1 s)");
        }
        if (refresh.compareTo(leastRefresh) < 0) {
            problems.add(PATH + "refresh " + refresh.toMillis() + " ms < least-refresh " + leastRefresh.toMillis()
                    + " ms: raise the first or lower the second");
        }
        if (!withoutTenant.isEmpty()) {
            TenantName.require(withoutTenant, PATH + "without-tenant", problems);
        }
    }

    private static String required(Config config, String key, List<String> problems) {
        String value = config.getString(key);
        if (value.isBlank()) {
            problems.add(PATH + key + ": empty (expected: what the tokens say)");
        }
        return value;
    }

    private static URI address(String jwks, List<String> problems) {
        try {
            URI uri = URI.create(jwks);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (scheme.isEmpty()) {
                return Path.of(jwks).toUri();
            }
            boolean here = scheme.equals("http") && uri.getHost() != null && THIS_MACHINE.contains(uri.getHost());
            if (scheme.equals("https") || scheme.equals("file") || here) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        problems.add(
                PATH + "jwks: " + jwks + " (expected: a file, an https address, or an http address of this machine)");
        return URI.create("file:///");
    }
}
