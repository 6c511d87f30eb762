package dev.weir.engine.relay;

import com.typesafe.config.Config;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where replies come from, and limits of each. Every key is explained in {@code reference.conf}.
 *
 * @param upstream base of its paths, such as {@code https://api.openai.com/v1}; absent for no relay
 * @param key sent upstream; empty for none
 * @param keyHeader that carries it
 * @param forwardAuthorization whether the client's own credential goes upstream, in place of the key
 * @param trust file of the certificates that the upstream's may be signed by; absent for those of the JVM
 * @param policy of the streams; empty for the default one
 * @param fieldsPolicy of what a request says beside its prompt; empty for the same
 * @param stoppedPrompt how a prompt that is stopped is answered
 * @param stopEnds what a stop in one choice ends
 * @param unreadable what happens to what is no text
 * @param maxConnections to the upstream, on each event loop
 * @param maxWaiting requests that may wait for one of them, on each event loop
 * @param connectTimeout also for the wait for a connection
 * @param firstByteTimeout from the request to the head of its answer
 * @param idleTimeout between two pieces of an answer
 * @param pooledTimeout that a connection is kept without a request
 * @param maxRequestBytes of a client's body
 * @param maxReplyBytes of a reply that does not come as a stream
 * @param maxEventBytes of one event of a stream
 * @param maxChoices of one reply
 * @param maxInputs that are moderated in one request
 * @param maxPrompt in code points
 * @param context of the prompt that texts beside the first choice's are read with, in code points
 */
public record RelaySettings(
        Optional<URI> upstream,
        String key,
        String keyHeader,
        boolean forwardAuthorization,
        Optional<Path> trust,
        String policy,
        String fieldsPolicy,
        StoppedPrompt stoppedPrompt,
        StopEnds stopEnds,
        Unreadable unreadable,
        int maxConnections,
        int maxWaiting,
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration pooledTimeout,
        int maxRequestBytes,
        int maxReplyBytes,
        int maxEventBytes,
        int maxChoices,
        int maxInputs,
        int maxPrompt,
        int context) {

    /** How a client is told that its prompt was stopped. */
    public enum StoppedPrompt {
        ERROR,
        ANSWER
    }

    /** What ends with the choice that is stopped. */
    public enum StopEnds {
        CHOICE,
        REPLY
    }

    /** What happens to parts that nobody here can read. */
    public enum Unreadable {
        REFUSE,
        MARK,
        DROP
    }

    private static final String AUTHORIZATION = "authorization";

    /**
     * Reads the block {@code weir.relay}; what is out of range is added to {@code problems}.
     *
     * @param policies that there are
     */
    public static RelaySettings from(Config config, Set<String> policies, List<String> problems) {
        RelaySettings settings = new RelaySettings(
                upstream(config.getString("upstream"), problems),
                config.getString("key"),
                config.getString("key-header").toLowerCase(Locale.ROOT),
                config.getBoolean("forward-authorization"),
                file(config.getString("trust"), problems),
                config.getString("policy"),
                config.getString("fields-policy"),
                one(StoppedPrompt.class, config, "stopped-prompt", problems, StoppedPrompt.ERROR),
                one(StopEnds.class, config, "stop-ends", problems, StopEnds.CHOICE),
                one(Unreadable.class, config, "unreadable", problems, Unreadable.REFUSE),
                config.getInt("max-connections"),
                config.getInt("max-waiting"),
                config.getDuration("connect-timeout"),
                config.getDuration("first-byte-timeout"),
                config.getDuration("idle-timeout"),
                config.getDuration("pooled-timeout"),
                bytes(config, "max-request-bytes"),
                bytes(config, "max-reply-bytes"),
                bytes(config, "max-event-bytes"),
                config.getInt("max-choices"),
                config.getInt("max-inputs"),
                config.getInt("max-prompt"),
                config.getInt("context"));
        settings.validate(problems);
        requireKnown("policy", settings.policy(), policies, problems);
        requireKnown("fields-policy", settings.fieldsPolicy(), policies, problems);
        return settings;
    }

    private static void requireKnown(String key, String policy, Set<String> policies, List<String> problems) {
        if (!policy.isEmpty() && !policies.contains(policy)) {
            problems.add("weir.relay." + key + ": " + policy + " (expected: empty, or one of " + policies + ")");
        }
    }

    /** The same for another upstream, which is told neither the key nor the client's. */
    RelaySettings askingOnly(URI other) {
        return new RelaySettings(
                Optional.of(other),
                "",
                keyHeader,
                false,
                trust,
                policy,
                fieldsPolicy,
                stoppedPrompt,
                stopEnds,
                unreadable,
                maxConnections,
                maxWaiting,
                connectTimeout,
                firstByteTimeout,
                idleTimeout,
                pooledTimeout,
                maxRequestBytes,
                maxReplyBytes,
                maxEventBytes,
                maxChoices,
                maxInputs,
                maxPrompt,
                context);
    }

    /** The value of {@link #keyHeader} that makes the upstream serve us; null for none. */
    @Nullable
    String credential() {
        if (key.isEmpty()) {
            return null;
        }
        return keyHeader.equals(AUTHORIZATION) ? "Bearer " + key : key;
    }

    /** Of the upstream's base, without a slash at its end. */
    String path() {
        return upstream.map(URI::getRawPath).orElse("");
    }

    private static Optional<URI> upstream(String text, List<String> problems) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (known
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // said below, without what may be a secret in it
        }
        problems.add("weir.relay.upstream: another text (expected: http:// or https://, a host and a path,"
                + " such as https://api.openai.com/v1)");
        return Optional.empty();
    }

    private static Optional<Path> file(String name, List<String> problems) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(name);
        if (!Files.isReadable(path)) {
            problems.add("weir.relay.trust: " + name + " cannot be read (expected: a file of certificates in PEM)");
        }
        return Optional.of(path);
    }

    private static <E extends Enum<E>> E one(
            Class<E> type, Config config, String key, List<String> problems, E otherwise) {
        String name = config.getString(key);
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                return each;
            }
        }
        problems.add("weir.relay." + key + ": " + name + " (expected: one of "
                + java.util.Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ")");
        return otherwise;
    }

    private void validate(List<String> problems) {
        if (keyHeader.isBlank()) {
            problems.add("weir.relay.key-header: empty (expected: the name of a header, such as authorization)");
        }
        require("max-connections", maxConnections, 1, 100_000, problems);
        require("max-waiting", maxWaiting, 1, 1_000_000, problems);
        require("max-request-bytes", maxRequestBytes, 1_024, 256 << 20, problems);
        require("max-reply-bytes", maxReplyBytes, 1_024, 256 << 20, problems);
        require("max-event-bytes", maxEventBytes, 1_024, 256 << 20, problems);
        require("max-choices", maxChoices, 1, 1_024, problems);
        require("max-inputs", maxInputs, 1, 10_000, problems);
        require("max-prompt", maxPrompt, 1, 100_000_000, problems);
        require("context", context, 0, dev.weir.protocol.ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS, problems);
        requirePositive("connect-timeout", connectTimeout, problems);
        requirePositive("first-byte-timeout", firstByteTimeout, problems);
        requirePositive("idle-timeout", idleTimeout, problems);
        requirePositive("pooled-timeout", pooledTimeout, problems);
    }

    private static int bytes(Config config, String key) {
        return (int) Math.min(Integer.MAX_VALUE, config.getBytes(key));
    }

    private static void require(String key, int value, int least, int most, List<String> problems) {
        if (value < least || value > most) {
            problems.add("weir.relay." + key + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    private static void requirePositive(String key, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("weir.relay." + key + ": " + value.toMillis() + " ms (expected: above 0)");
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "RelaySettings[upstream=" + upstream + "]";
    }
}
