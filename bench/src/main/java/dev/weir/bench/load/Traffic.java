package dev.weir.bench.load;

import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What is played: texts, how fast each stream of them comes, and how the server is to treat it. */
public final class Traffic {

    private final List<Script> harmful = new ArrayList<>();
    private final List<Script> harmless = new ArrayList<>();
    private final double harmfulShare;
    private final double rate;
    private final Mode mode;
    private final long seed;

    /**
     * @param samples at least one that is not empty
     * @param rate tokens a second of each stream
     * @param harmfulShare of the streams in [0, 1]; NaN takes the texts as they are
     */
    public Traffic(List<Sample> samples, double rate, Mode mode, double harmfulShare, long seed) {
        for (Sample sample : samples) {
            Script script = Script.of(sample);
            if (script.pieces() > 0) {
                (sample.harmful() ? harmful : harmless).add(script);
            }
        }
        if (harmful.isEmpty() && harmless.isEmpty()) {
            throw new IllegalArgumentException("texts: none that is not empty (expected: at least one)");
        }
        this.harmfulShare = Double.isNaN(harmfulShare)
                ? (double) harmful.size() / (harmful.size() + harmless.size())
                : harmfulShare;
        this.rate = rate;
        this.mode = mode;
        this.seed = seed;
    }

    Script draw(SplittableRandom random) {
        List<Script> wanted = random.nextDouble() < harmfulShare ? harmful : harmless;
        List<Script> other = wanted == harmful ? harmless : harmful;
        List<Script> pool = wanted.isEmpty() ? other : wanted;
        return pool.get(random.nextInt(pool.size()));
    }

    /** Tokens a second of each stream. */
    public double rate() {
        return rate;
    }

    /** Of the streams, in [0, 1]. */
    public double harmfulShare() {
        return harmfulShare;
    }

    Mode mode() {
        return mode;
    }

    long seed() {
        return seed;
    }
}
