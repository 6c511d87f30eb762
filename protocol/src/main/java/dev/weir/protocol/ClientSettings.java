package dev.weir.protocol;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link WeirClient} connects.
 *
 * @param subprotocol the one offered; a server that does not know it refuses the connection
 * @param token sent as {@code Authorization: Bearer}; null for a server without authentication
 * @param connectTimeout longest one attempt to connect may take
 * @param pingInterval after so long without a word from the server it is pinged, which also finds out a socket that is
 *     closed and does not say so
 * @param silenceTimeout after so long without a word the connection counts as lost; the server pings every 15 s
 * @param firstBackoff the wait before the first reconnection is drawn from 0 to this, and its bound doubles from there
 * @param longestBackoff where the doubling ends
 * @param random draws the waits; called from the client's thread; null for the thread's own generator
 * @param timer runs the reconnections
 * @param listener sees every message of the server, on the client's thread, before the client acts on it
 */
public record ClientSettings(
        Subprotocol subprotocol,
        @Nullable String token,
        Duration connectTimeout,
        Duration pingInterval,
        Duration silenceTimeout,
        Duration firstBackoff,
        Duration longestBackoff,
        @Nullable RandomGenerator random,
        Timer timer,
        Consumer<ServerMessage> listener) {

    /** Runs a task once, after a delay, on any thread. */
    @FunctionalInterface
    public interface Timer {
        void after(Duration delay, Runnable task);
    }

    public static ClientSettings defaults() {
        return new ClientSettings(
                Subprotocol.JSON,
                null,
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                null,
                ClientSettings::afterOnCommonPool,
                message -> {});
    }

    public ClientSettings withSubprotocol(Subprotocol wanted) {
        return new ClientSettings(
                wanted,
                token,
                connectTimeout,
                pingInterval,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                random,
                timer,
                listener);
    }

    public ClientSettings withToken(String bearer) {
        return new ClientSettings(
                subprotocol,
                bearer,
                connectTimeout,
                pingInterval,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                random,
                timer,
                listener);
    }

    public ClientSettings withPingInterval(Duration longest) {
        return new ClientSettings(
                subprotocol,
                token,
                connectTimeout,
                longest,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                random,
                timer,
                listener);
    }

    public ClientSettings withSilenceTimeout(Duration longest) {
        return new ClientSettings(
                subprotocol,
                token,
                connectTimeout,
                pingInterval,
                longest,
                firstBackoff,
                longestBackoff,
                random,
                timer,
                listener);
    }

    public ClientSettings withListener(Consumer<ServerMessage> every) {
        return new ClientSettings(
                subprotocol,
                token,
                connectTimeout,
                pingInterval,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                random,
                timer,
                every);
    }

    public ClientSettings withTimer(Timer clock) {
        return new ClientSettings(
                subprotocol,
                token,
                connectTimeout,
                pingInterval,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                random,
                clock,
                listener);
    }

    public ClientSettings withRandom(RandomGenerator generator) {
        return new ClientSettings(
                subprotocol,
                token,
                connectTimeout,
                pingInterval,
                silenceTimeout,
                firstBackoff,
                longestBackoff,
                generator,
                timer,
                listener);
    }

    private static void afterOnCommonPool(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(task);
    }

    /** The wait before the given attempt to reconnect, counted from 0 since the server was last heard. */
    Duration backoff(int attempt) {
        long bound = firstBackoff.toMillis() << Math.min(attempt, 16);
        RandomGenerator generator = random == null ? ThreadLocalRandom.current() : random;
        return Duration.ofMillis((long) (generator.nextDouble() * Math.min(bound, longestBackoff.toMillis())));
    }
}
