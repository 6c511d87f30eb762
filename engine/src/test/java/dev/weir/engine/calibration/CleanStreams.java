package dev.weir.engine.calibration;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.PositionBands;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Invented clean streams: autocorrelated risk in three categories of different habits, of any length. */
final class CleanStreams {

    static final Set<Category> CATEGORIES = Set.of(Category.OTHER, Category.HATE, Category.DRUGS_REGULATED);
    static final PositionBands BANDS = new PositionBands(List.of(16, 64, 256));

    private CleanStreams() {}

    static List<StreamMaxima> draw(int count, Random random) {
        List<StreamMaxima> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            streams.add(draw(random));
        }
        return streams;
    }

    /**
     * Two categories are AR(1) at 0.95 a token and share half of their noise; the third speaks in one stream of 50, in
     * steps of sixteenths, and rests at the prior in all others.
     */
    private static StreamMaxima draw(Random random) {
        StreamMaxima.Gatherer gatherer = new StreamMaxima.Gatherer(BANDS);
        int length = (int) Math.ceil(Math.exp(3 + 1.3 * random.nextGaussian()));
        double[] risks = new double[Category.values().length];
        Arrays.fill(risks, 0.02);
        double other = random.nextGaussian();
        double hate = random.nextGaussian();
        int speaksAt = random.nextInt(50) == 0 ? random.nextInt(length) : -1;
        for (int token = 1; token <= Math.min(length, 2000); token++) {
            double shared = random.nextGaussian();
            other = 0.95 * other + 0.31 * (0.7 * shared + 0.7 * random.nextGaussian());
            hate = 0.95 * hate + 0.31 * (0.7 * shared + 0.7 * random.nextGaussian());
            risks[Category.OTHER.ordinal()] = LogOdds.toProbability(-4 + 1.5 * other);
            risks[Category.HATE.ordinal()] = LogOdds.toProbability(-6 + 0.5 * hate);
            if (token == speaksAt) {
                risks[Category.DRUGS_REGULATED.ordinal()] =
                        LogOdds.toProbability(Math.round(16 * random.nextGaussian()) / 16.0);
            }
            gatherer.onScored(token, risks);
        }
        return gatherer.finished();
    }
}
