package dev.weir.engine.access;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What one tenant has of the server now, and whether it may have more. Its quotas may change while it has it. Safe from
 * any thread.
 */
public final class Allotment {

    private static final Duration BURST = Duration.ofSeconds(10);
    private static final Duration MOST_OWED = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final Rate tokens;
    private final Rate windows;
    private volatile QuotaSettings quotas;

    Allotment(QuotaSettings quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.tokens = new Rate(quotas.tokensPerSecond(), BURST, MOST_OWED, now);
        this.windows = new Rate(quotas.encoderWindowsPerSecond(), BURST, MOST_OWED, now);
    }

    /** Of a tenant that may have as much as there is. */
    public static Allotment unlimited() {
        return new Allotment(QuotaSettings.NONE, System::nanoTime);
    }

    void limit(QuotaSettings changed) {
        quotas = changed;
        tokens.limit(changed.tokensPerSecond());
        windows.limit(changed.encoderWindowsPerSecond());
    }

    /** One connection more, to be given back with {@link #disconnect}; false when there are as many as may be. */
    public boolean connect() {
        return take(connections, quotas.connections());
    }

    public void disconnect() {
        connections.decrementAndGet();
    }

    /** One stream more, to be given back with {@link #endStream}; false when there are as many as may be. */
    public boolean beginStream() {
        return take(streams, quotas.streams());
    }

    public void endStream() {
        streams.decrementAndGet();
    }

    /** Streams it may have open at once; 0 for as many as there is room for. */
    public int maxStreams() {
        return quotas.streams();
    }

    /** Its streams have decided so many tokens more. */
    public void spendTokens(int count) {
        tokens.spend(count, nanoTime.getAsLong());
    }

    /** How long it should open no new stream, because of the tokens of those before; 0 when it may. */
    public long tokensOwedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(tokens.owedNanos(nanoTime.getAsLong()) + 999_999);
    }

    /** Windowed experts read so many windows more for it. */
    public void spendWindows(int count) {
        windows.spend(count, nanoTime.getAsLong());
    }

    /** Whether it has had more windows than are its, so that those that can be done without are. */
    public boolean owesWindows() {
        return windows.owedNanos(nanoTime.getAsLong()) > 0;
    }

    private static boolean take(AtomicInteger count, int most) {
        if (count.incrementAndGet() > most && most > 0) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }
}
