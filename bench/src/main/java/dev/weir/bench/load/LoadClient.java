package dev.weir.bench.load;

import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Plays traffic over several sockets, on one thread in rounds of a millisecond: what is due is put into each socket's
 * buffer and leaves in one write, what has come is read, then it sleeps. So its cost hardly depends on how many sockets
 * and streams there are, which matters because it shares the machine with what it measures; latencies are up to a
 * millisecond too long for it, never too short. Safe from any thread.
 */
public final class LoadClient implements AutoCloseable {

    private static final long ROUND_NANOS = 1_000_000;
    /** Streams open over so long, not all at one moment. */
    private static final long RAMP_NANOS = 2_000_000_000L;
    /** The protocol's initial credit, until {@code opened} can have come. */
    private static final int CREDIT = 8_192;

    private Traffic traffic;
    private final List<WireConnection> connections = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final LoadTally tally = new LoadTally();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, PlayedStream> streams = new HashMap<>();
    private final SplittableRandom seeds;
    private final Thread thread;
    private long named;
    private volatile boolean closing;

    private LoadClient(Traffic traffic) {
        this.traffic = traffic;
        this.seeds = new SplittableRandom(traffic.seed());
        this.thread = new Thread(this::play, "load-client");
        thread.setDaemon(true);
    }

    /** Connects; nothing is played until {@link #setStreams}. */
    public static LoadClient connect(URI url, Subprotocol subprotocol, int connections, Traffic traffic)
            throws IOException {
        LoadClient client = new LoadClient(traffic);
        try {
            for (int i = 0; i < connections; i++) {
                client.connections.add(WireConnection.open(url, subprotocol));
            }
        } catch (IOException e) {
            for (WireConnection open : client.connections) {
                open.close();
            }
            throw e;
        }
        client.thread.start();
        return client;
    }

    /** So many at once from now on. More open over two seconds; those too many are cancelled at once. */
    public void setStreams(int count) {
        call(() -> {
            int more = count - places.size();
            long now = System.nanoTime();
            for (int i = 0; i < more; i++) {
                places.add(new Place(traffic, seeds.nextLong(), now + RAMP_NANOS * i / more, tally, this::open));
            }
            while (places.size() > count) {
                places.removeLast().leave();
            }
            return places.size();
        });
    }

    /** What streams that join from now on play. */
    public void setTraffic(Traffic other) {
        call(() -> {
            traffic = other;
            return other;
        });
    }

    /** Opens streams that send one token each and then nothing. */
    public void openIdle(int count) {
        call(() -> {
            SplittableRandom random = seeds.split();
            for (int i = 0; i < count; i++) {
                long now = System.nanoTime();
                open(traffic.draw(random)).takeDue(now, now);
            }
            return count;
        });
    }

    /** Ends every stream, played or idle. */
    public void cancelAll() {
        call(() -> {
            places.clear();
            streams.values().forEach(PlayedStream::cancel);
            return 0;
        });
    }

    /** Forgets what was counted so far. */
    public void beginMeasuring() {
        call(() -> {
            long now = System.nanoTime();
            tally.begin(now);
            return now;
        });
    }

    /** What was seen since {@link #beginMeasuring}, what is still waited for included. To be called once for each. */
    public Tallied endMeasuring() {
        return call(() -> {
            long now = System.nanoTime();
            streams.values().forEach(stream -> stream.countWaiting(now));
            return tally.at(now);
        });
    }

    /** What was seen since the slice before. */
    public Slice takeSlice() {
        return call(() -> tally.takeSlice(System.nanoTime()));
    }

    private <T> T call(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        posted.add(() -> done.complete(work.get()));
        CompletableFuture.anyOf(done, over).join(); // an end by itself is a failure, thrown here
        return done.join();
    }

    private void play() {
        try {
            long round = System.nanoTime();
            while (!closing) {
                for (Runnable work = posted.poll(); work != null; work = posted.poll()) {
                    work.run();
                }
                long now = System.nanoTime();
                for (Place place : places) {
                    place.playUntil(now);
                }
                for (WireConnection connection : connections) {
                    connection.flush();
                    connection.read(this::onMessage);
                }
                round = Math.max(round + ROUND_NANOS, System.nanoTime());
                LockSupport.parkNanos(round - System.nanoTime());
            }
            places.forEach(Place::leave);
            for (WireConnection connection : connections) {
                connection.close();
            }
            over.completeExceptionally(new IllegalStateException("stopped before its end"));
        } catch (IOException e) {
            over.completeExceptionally(new UncheckedIOException(e));
        } catch (RuntimeException | Error e) {
            over.completeExceptionally(e);
        }
    }

    private PlayedStream open(Script script) {
        String name = "b" + named;
        WireConnection connection = connections.get((int) (named++ % connections.size()));
        PlayedStream stream = new PlayedStream(connection, name, script, traffic.mode(), CREDIT, tally);
        streams.put(name, stream);
        return stream;
    }

    private void onMessage(ServerMessage message) {
        String name = message.stream();
        PlayedStream stream = name == null ? null : streams.get(name);
        if (stream == null) {
            if (message instanceof ServerMessage.ErrorMessage error) {
                tally.failed(error.code().wireName());
            }
            return;
        }
        stream.onMessage(message, System.nanoTime());
        if (message.isTerminal()) {
            streams.remove(name);
        }
    }

    /** Cancels what is open and closes the sockets. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
