package dev.weir.engine.access;

import com.typesafe.config.Config;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The API keys that are known, by their hashes. A key is {@code weir_ID_SECRET}: the id finds its hash, and the secret is
 * 256 random bits, so one fast hash of the whole is as good at rest as a slow one is for a password. Immutable.
 */
public final class ApiKeys {

    private static final String MARK = "weir_";
    private static final String HASH_MARK = "sha256:";
    private static final int SECRET_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,63}");
    private static final Pattern HASH = Pattern.compile("sha256:[A-Za-z0-9_-]{43}");

    private static final String ID_EXPECTED = "1 to 64 letters, digits, dots or -, the first a letter or digit";

    /** What is compared with when there is no such key, so that it takes as long to say so. */
    private static final String NO_HASH = hash("");

    record Found(Grant grant, Pass.Key pass) {}

    private record Known(String hash, Grant grant) {}

    static final ApiKeys NONE = new ApiKeys(Map.of());

    private final Map<String, Known> byId;

    private ApiKeys(Map<String, Known> byId) {
        this.byId = Map.copyOf(byId);
    }

    /** @param config one object a key, by its id */
    static ApiKeys from(Config config, Config fallback, List<String> problems) {
        Map<String, Known> byId = new LinkedHashMap<>();
        Blocks.of(config, fallback, "weir.access.keys", problems).forEach((id, key) -> {
            String path = "weir.access.keys." + id;
            if (!isId(id)) {
                problems.add(path + " (expected: " + ID_EXPECTED + ")");
            }
            String hash = key.hasPath("hash") ? key.getString("hash") : "";
            if (!HASH.matcher(hash).matches()) {
                // Not quoted: somebody may have put the key itself there.
                problems.add(path + ".hash: something else (expected: what weir keys hash says of the key)");
            }
            byId.put(id, new Known(hash, Grant.from(key, path, id, problems)));
        });
        return new ApiKeys(byId);
    }

    /** One key, which need not be in any setting. */
    static ApiKeys only(String key, Grant grant) {
        return new ApiKeys(Map.of(idOf(key).orElseThrow(), new Known(hash(key), grant)));
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** Whether it has the look of a key, known or not. */
    static boolean isKey(String bearer) {
        return bearer.startsWith(MARK);
    }

    /**
     * A new key, known to nobody yet.
     *
     * @throws IllegalArgumentException when the id cannot be one
     */
    public static String draw(String id, SecureRandom random) {
        if (!isId(id)) {
            throw new IllegalArgumentException("id " + id + " (expected: " + ID_EXPECTED + ")");
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return MARK + id + '_' + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** The id within a key; empty when it is none. */
    public static Optional<String> idOf(String key) {
        String[] parts = key.split("_", 3);
        boolean whole = isKey(key) && parts.length == 3 && isId(parts[1]) && !parts[2].isEmpty();
        return whole ? Optional.of(parts[1]) : Optional.empty();
    }

    /** What settings say of a key. */
    public static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HASH_MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    Map<String, Grant> grants() {
        Map<String, Grant> grants = new LinkedHashMap<>();
        byId.forEach((id, known) -> grants.put(id, known.grant));
        return grants;
    }

    /** Whether it is still the key of this id. */
    boolean has(Pass.Key pass) {
        Known known = byId.get(pass.id());
        return known != null && known.hash.equals(pass.hash());
    }

    /** Takes the same time for a wrong secret, however much of it is right. */
    Optional<Found> find(String key) {
        Known known = idOf(key).map(byId::get).orElse(null);
        byte[] expected = (known == null ? NO_HASH : known.hash).getBytes(StandardCharsets.US_ASCII);
        boolean equal = MessageDigest.isEqual(expected, hash(key).getBytes(StandardCharsets.US_ASCII));
        return known != null && equal
                ? Optional.of(new Found(known.grant, new Pass.Key(idOf(key).orElseThrow(), known.hash)))
                : Optional.empty();
    }
}
