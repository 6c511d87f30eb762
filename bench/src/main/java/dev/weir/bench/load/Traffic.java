package dev.weir.bench.load;

import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What is played: texts, how fast each stream of them comes, and how the server is to treat it. */
public final class Traffic {

    private final List<Script> harmful;
    private final List<Script> harmless;
    private final double harmfulShare;
    private final double rate;
    private final Mode mode;
    private final long seed;

    /**
     * @param samples at least one that is not empty
     * @param rate tokens a second of each stream
     * @param harmfulShare of the streams in [0, 1]; NaN takes the texts as they are
     */
    public static Traffic of(List<Sample> samples, double rate, Mode mode, double harmfulShare, long seed) {
        List<Script> harmful = new ArrayList<>();
        List<Script> harmless = new ArrayList<>();
        for (Sample sample : samples) {
            Script script = Script.of(sample);
            if (script.pieces() > 0) {
                (sample.harmful() ? harmful : harmless).add(script);
            }
        }
        if (harmful.isEmpty() && harmless.isEmpty()) {
            throw new IllegalArgumentException("texts: none that is not empty (expected: at least one)");
        }
        double asTheyAre = (double) harmful.size() / (harmful.size() + harmless.size());
        return new Traffic(harmful, harmless, Double.isNaN(harmfulShare) ? asTheyAre : harmfulShare, rate, mode, seed);
    }

    private Traffic(
            List<Script> harmful, List<Script> harmless, double harmfulShare, double rate, Mode mode, long seed) {
        this.harmful = harmful;
        this.harmless = harmless;
        this.harmfulShare = harmfulShare;
        this.rate = rate;
        this.mode = mode;
        this.seed = seed;
    }

    /** The same texts in other proportions. */
    public Traffic withHarmfulShare(double share) {
        return new Traffic(harmful, harmless, share, rate, mode, seed);
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
