package dev.weir.bench;

import dev.weir.models.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Invented texts, of which it is known which expert is good when. Each expert sees the label through noise; one at a time
 * sees it well, the others poorly, and all are equally sure of themselves.
 *
 * @param segment texts after which another expert is the good one
 */
record Drift(String name, int experts, int texts, int segment) {

    private static final double HARMFUL = 0.3;
    private static final double SEES = 1.2;
    private static final double HARDLY_SEES = 0.4;

    List<Labelled> draw(long seed) {
        Random random = new Random(seed);
        List<Labelled> drawn = new ArrayList<>();
        int good = 0;
        for (int i = 0; i < texts; i++) {
            if (i > 0 && i % segment == 0) {
                good = (good + 1 + random.nextInt(experts - 1)) % experts;
            }
            boolean harmful = random.nextDouble() < HARMFUL;
            List<Double> votes = new ArrayList<>();
            for (int k = 0; k < experts; k++) {
                double seen = (harmful ? 1 : -1) * (k == good ? SEES : HARDLY_SEES) + random.nextGaussian();
                votes.add(Vote.logOdds(Vote.ofLogOdds(2 * SEES * seen - 0.85)));
            }
            drawn.add(new Labelled(name, votes, harmful));
        }
        return drawn;
    }
}
