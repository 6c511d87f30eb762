package dev.weir.bench.report;

import dev.weir.bench.load.Tallied;
import dev.weir.bench.server.ExpertLoad;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One load and what came of it.
 *
 * @param name of the part of the run
 * @param rate tokens a second of each stream
 * @param harmfulShare of the streams that play a text labelled harmful
 * @param server null for a server whose process cannot be seen
 */
public record Point(
        String name,
        int streams,
        double rate,
        double harmfulShare,
        Tallied client,
        @Nullable ServerSide server) {

    /**
     * @param cores used by the server
     * @param millisPerThousandTokens of processor time, by stage; the sum is that of the process
     * @param allocatedPerToken bytes, estimated
     * @param windowedShare rows of windowed experts for each token the server decided
     * @param serverTokens tokens of the experts' vocabulary that were decided for each delta
     * @param samples of stacks, and how many were lost or without a stack
     * @param clientCores used by the load client, on the same machine
     */
    public record ServerSide(
            double cores,
            Map<String, Double> millisPerThousandTokens,
            double allocatedPerToken,
            Map<String, Double> allocatedPerTokenByStage,
            Pauses pauses,
            List<ExpertLoad> experts,
            double windowedShare,
            double serverTokens,
            long residentKibBefore,
            long residentKibAfter,
            long samples,
            long samplesLost,
            double clientCores,
            String loadAverage) {

        public double millisPerThousandTokensInAll() {
            return millisPerThousandTokens.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
        }
    }

    /** Of the collector, in milliseconds. */
    public record Pauses(long count, double total, double max) {

        public static Pauses of(List<Double> millis) {
            return new Pauses(
                    millis.size(),
                    millis.stream().mapToDouble(Double::doubleValue).sum(),
                    millis.stream().mapToDouble(Double::doubleValue).max().orElse(0));
        }
    }

    /**
     * Text in a language that no expert reads is unscored at any load, and real texts have some; of a server that leaves out
     * what it must not for want of time far more is.
     */
    private static final double MOST_UNSCORED_PERCENT = 5;

    /** Latency is within the target, nothing failed or was refused, and next to nothing went unscored. */
    public boolean meets(double targetMillis) {
        return client.errors().isEmpty()
                && client.percent(client.degradedTokens().unscored()) <= MOST_UNSCORED_PERCENT
                && client.refused() == 0
                && client.released().count() > 0
                && client.released().p99() <= targetMillis;
    }
}
