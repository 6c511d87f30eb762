package dev.weir.engine.gateway;

import dev.weir.engine.telemetry.GatewayMeters;
import dev.weir.protocol.CloseCode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The WebSocket connections of one server: how many there may be, and the way to reach them all. Safe from any thread. */
final class Connections {

    private final int most;
    private final GatewayMeters meters;
    private final Set<FrameHandler> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<@Nullable CloseCode> retiring = new AtomicReference<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    Connections(int most, GatewayMeters meters) {
        this.most = most;
        this.meters = meters;
    }

    /** Counts for all of them. */
    GatewayMeters meters() {
        return meters;
    }

    /** @return why the connection must be closed at once, if it must */
    Optional<CloseCode> admit(FrameHandler connection) {
        if (count.incrementAndGet() > most) {
            left();
            meters.connectionRefused(CloseCode.TOO_MANY_CONNECTIONS);
            return Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
        }
        open.add(connection);
        return Optional.ofNullable(retiring.get()); // after add: retireAll finds it or this does
    }

    void remove(FrameHandler connection) {
        if (open.remove(connection)) {
            left();
        }
    }

    int count() {
        return open.size();
    }

    /** Each connection takes no new stream and closes with this code once it has none; so do those that come later. */
    CompletionStage<Void> retireAll(CloseCode code) {
        retiring.set(code);
        open.forEach(connection -> connection.retire(code));
        completeWhenGone();
        return gone;
    }

    void closeAll(CloseCode code) {
        open.forEach(connection -> connection.closeFromAnyThread(code));
    }

    private void left() {
        count.decrementAndGet();
        completeWhenGone();
    }

    private void completeWhenGone() {
        if (retiring.get() != null && count.get() == 0) {
            gone.complete(null);
        }
    }
}
