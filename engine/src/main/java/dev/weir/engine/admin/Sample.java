package dev.weir.engine.admin;

import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.live.LiveStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server at one moment, as a page shows it. Rates are a second, times are milliseconds; what is not known is left out.
 *
 * @param numbers what charts are drawn of
 * @param live streams, riskiest first and then the newest
 * @param stops the latest, newest first
 */
record Sample(Numbers numbers, List<Live> live, List<Stop> stops) {

    /**
     * @param at wall clock
     * @param ended by outcome
     * @param decisions flags, redactions and stops
     * @param latency percentiles, from a delta to the decision on what it settled, by name
     * @param level of overload
     * @param dropped by the ledger
     * @param unscored streams that ended with text a required expert did not score
     * @param unprotected ways in on which a canary came through; null before the first examination
     * @param cores that the process keeps busy
     */
    record Numbers(
            long at,
            int open,
            double opened,
            Map<String, Double> ended,
            double refused,
            double tokens,
            Map<String, Double> decisions,
            Map<String, Double> latency,
            int level,
            int connections,
            double dropped,
            double unscored,
            @Nullable Integer unprotected,
            double cores,
            double heapMiB,
            long weights,
            List<Expert> experts) {}

    /**
     * @param state {@code awake}, {@code broken} (its breaker is open) or {@code asleep} (overload keeps it from text)
     * @param sessions by device
     * @param weight on harm of any kind
     * @param rows of a run
     * @param queueMs that the oldest row of a run had waited
     * @param waitMs that a row sent now would wait
     */
    record Expert(
            String name,
            String kind,
            String state,
            Map<String, Integer> sessions,
            double weight,
            double runs,
            @Nullable Double rows,
            @Nullable Double queueMs,
            @Nullable Double serviceMs,
            double waitMs,
            double failures) {}

    /** @param trace risks in thousandths */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Live(
            String tenant,
            String uid,
            String name,
            String channel,
            String policy,
            String mode,
            long ageMillis,
            int tokens,
            double risk,
            double maxRisk,
            @Nullable String category,
            int from,
            int stride,
            int[] trace) {

        static Live of(LiveStream.View view, long nowMillis) {
            LiveStream.About about = view.about();
            int[] trace = new int[view.trace().length];
            for (int i = 0; i < trace.length; i++) {
                trace[i] = Math.round(1_000 * view.trace()[i]);
            }
            return new Live(
                    about.tenant(),
                    about.uid(),
                    about.name(),
                    about.channel(),
                    about.policy(),
                    about.mode().wireName(),
                    Math.max(0, nowMillis - about.openedMillis()),
                    view.tokens(),
                    view.risk(),
                    view.maxRisk(),
                    view.category() == null ? null : view.category().wireName(),
                    view.from(),
                    view.stride(),
                    trace);
        }
    }

    record Stop(
            String receipt,
            String stream,
            long atMillis,
            @Nullable String category,
            String severity,
            double risk,
            String policy,
            String mode,
            int at,
            int exposure) {

        static Stop of(Receipt receipt) {
            return new Stop(
                    receipt.id(),
                    receipt.stream(),
                    receipt.atMillis(),
                    receipt.category(),
                    receipt.severity(),
                    receipt.risk(),
                    receipt.policy(),
                    receipt.mode(),
                    receipt.at(),
                    receipt.exposure());
        }
    }
}
