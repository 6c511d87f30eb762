package dev.weir.engine.live;

import dev.weir.engine.ledger.Receipt;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import org.jspecify.annotations.Nullable;

/** One open stream as a watcher sees it. Written by its actor, read by whoever watches. */
public final class LiveStream implements AutoCloseable {

    /**
     * What a stream is from its opening to its end.
     *
     * @param tenant whose it is
     * @param uid over all its connections
     * @param name the client's
     * @param policy name and version
     */
    public record About(
            String tenant, String uid, String name, String channel, String policy, Mode mode, long openedMillis) {}

    /**
     * A stream at one moment.
     *
     * @param tokens decided so far
     * @param risk now, in [0, 1]
     * @param maxRisk so far
     * @param category of {@code maxRisk}
     * @param from token at which the trace begins: nobody watched before
     * @param stride tokens that a point of the trace stands for
     * @param trace largest risks, oldest first; at most {@value PooledTrace#MOST}
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record View(
            About about,
            int tokens,
            double risk,
            double maxRisk,
            @Nullable Category category,
            int from,
            int stride,
            float[] trace) {}

    private final LiveStreams all;
    private final About about;
    private @Nullable PooledTrace trace; // this and what is below guarded by this
    private @Nullable Category category;
    private int from;
    private int tokens;
    private double risk;
    private double maxRisk;

    LiveStream(LiveStreams all, About about) {
        this.all = all;
        this.about = about;
    }

    /** Whether {@link #scored} is wanted; one volatile read. */
    public boolean isWatched() {
        return all.isWatched();
    }

    /**
     * One token or match more is decided, while somebody watches.
     *
     * @param nowTokens decided so far
     * @param nowRisk among the categories that the policy acts on
     * @param largest risk so far, of {@code worst}
     */
    public synchronized void scored(int nowTokens, double nowRisk, double largest, Category worst) {
        if (trace == null) {
            trace = new PooledTrace();
            from = Math.max(0, nowTokens - 1);
        }
        trace.add(nowRisk);
        tokens = nowTokens;
        risk = nowRisk;
        maxRisk = largest;
        category = worst;
    }

    /** The stream was stopped. */
    public void stopped(Receipt receipt) {
        all.stopped(receipt);
    }

    synchronized View view() {
        return new View(
                about,
                tokens,
                risk,
                maxRisk,
                category,
                from,
                trace == null ? 1 : trace.stride(),
                trace == null ? new float[0] : trace.points());
    }

    /** Nobody watches any more. */
    synchronized void forget() {
        trace = null;
    }

    synchronized double nowRisk() {
        return risk;
    }

    long openedMillis() {
        return about.openedMillis();
    }

    /** The stream is over. */
    @Override
    public void close() {
        all.remove(this);
    }
}
