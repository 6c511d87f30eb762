package dev.weir.engine.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that tokens are signed with, as their issuer publishes them. They are looked at now and then, and once
 * more when a token names one that is not known, but not oftener than so often, on a thread of their own: whoever asks
 * for a key gets those that are here, at once. When they cannot be had, those that are here stay. Safe from any thread.
 */
final class SigningKeys implements JWKSource<SecurityContext>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_BYTES = 256 << 10;

    /** The key is not known, and somebody is looking whether it is a new one. */
    static final class Awaited extends KeySourceException {
        private static final long serialVersionUID = 1;

        Awaited() {
            super("a key that is not known yet");
        }
    }

    private final URI source;
    private final Duration leastRefresh;
    private final Clock clock;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("weir-keys").daemon().factory());
    private volatile JWKSet keys = new JWKSet();
    private volatile long lookedMillis;
    private volatile @Nullable String failure;

    private SigningKeys(URI source, Duration leastRefresh, Clock clock) {
        this.source = source;
        this.leastRefresh = leastRefresh;
        this.clock = clock;
    }

    /** Looks once before it returns; what goes wrong with that is said by {@link #failure}. */
    static SigningKeys open(URI source, Duration refresh, Duration leastRefresh, Clock clock) {
        SigningKeys keys = new SigningKeys(source, leastRefresh, clock);
        keys.look();
        var unused = keys.thread.scheduleWithFixedDelay(
                keys::look, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
        return keys;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        JWKSet known = keys;
        List<JWK> found = selector.select(known);
        if (!found.isEmpty()) {
            return found;
        }
        Set<String> wanted = selector.getMatcher().getKeyIDs();
        boolean isKnown = wanted != null && wanted.stream().anyMatch(id -> known.getKeyByKeyId(id) != null);
        if (isKnown) {
            return found;
        }
        if (lookSoon()) {
            throw new Awaited();
        }
        return selector.select(keys); // which may have come since
    }

    /** Why the keys could not be had when they were looked at last; null when they could. */
    @Nullable
    String failure() {
        return failure;
    }

    /** @return whether somebody is looking now */
    private boolean lookSoon() {
        if (looking.get()) {
            return true;
        }
        if (clock.millis() - lookedMillis < leastRefresh.toMillis()) {
            return false;
        }
        if (looking.compareAndSet(false, true)) {
            thread.execute(this::look);
        }
        return true;
    }

    private void look() {
        looking.set(true);
        try {
            JWKSet found = JWKSet.load(source.toURL(), CONNECT_MILLIS, READ_MILLIS, MAX_BYTES);
            keys = found.toPublicJWKSet();
            if (failure != null) {
                log.info("weir.access.jwt.jwks: {} keys of {} again", keys.size(), source);
            }
            failure = null;
        } catch (IOException | ParseException | RuntimeException e) {
            String problem = "weir.access.jwt.jwks: " + source + " cannot be read (" + e.getMessage() + ")";
            if (failure == null) {
                log.warn("{}; the {} keys known before stay", problem, keys.size());
            }
            failure = problem;
        } finally {
            lookedMillis = clock.millis();
            looking.set(false);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
