package dev.weir.bench;

import dev.weir.engine.learning.LogLoss;
import java.util.List;

/**
 * A text whose label is known, as the experts saw it.
 *
 * @param source where it is from
 * @param votes each expert's log-odds, NaN where it was asleep
 */
record Labelled(String source, List<Double> votes, boolean harmful) {

    double[] ballot() {
        return votes.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** What one expert by itself loses, in nats; where it is asleep, what an even mixture of the others loses. */
    double loss(int expert) {
        double vote = votes.get(expert);
        double said = Double.isNaN(vote)
                ? votes.stream()
                        .filter(awake -> !awake.isNaN())
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(0)
                : vote;
        return LogLoss.of(Math.clamp(said, -LogLoss.LIMIT, LogLoss.LIMIT), harmful);
    }
}
