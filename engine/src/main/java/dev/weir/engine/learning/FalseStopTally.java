package dev.weir.engine.learning;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.ledger.ReviewedDecision.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * What a ledger has for a {@link FalseStopCertificate} of each policy under each version of weights, as its streams name
 * them: thresholds change with either, so that each is certified by itself. Read once for a command, or again and again in
 * a server: reading goes on where it stopped, and a review that came late or changed its mind counts from then on.
 *
 * <p>A stream counts that could be stopped and was either stopped or decided to its end. One in monitor mode never stops,
 * one without a token has nothing to stop, and of one that was cancelled, lost or failed nobody knows whether it would have
 * been stopped: counting those would only make the rate look smaller. A stream that was resumed counts once.
 *
 * <p>The count begins with the oldest stream that the ledger keeps: if it was pruned, what is certified begins there.
 *
 * <p>Holds two small objects for each stop, and nothing for a stream that passed. Not thread-safe.
 */
public final class FalseStopTally {

    /**
     * One policy under one version of weights.
     *
     * @param policy name and version
     * @param stops of the streams that count
     * @param now over all of them
     * @param best over all up to the one after which evidence was largest. Reviews as they are now, so that a certificate
     *     that rested on a review taken back is taken back with it
     */
    public record Standing(
            String policy, long weights, long stops, FalseStopCertificate now, FalseStopCertificate best) {

        /** Stops about which reviewers agree. */
        public long reviewed() {
            return stops - now.unreviewed();
        }

        /** Whether evidence was enough after some stream, if not after the last: then that is what is certified. */
        public boolean isCertified() {
            return best.isCertified();
        }

        /** Streams that are still needed, none of them stopped wrongly. */
        public long streamsNeeded() {
            return isCertified() ? 0 : now.streamsNeeded();
        }

        /**
         * Reviews of stops that are still needed, all of them right: of stops that were made, and of those among the streams
         * still needed, if as large a share of them is stopped as so far.
         */
        public long reviewsNeeded() {
            if (isCertified()) {
                return 0;
            }
            double stopped = now.streams() == 0 ? 0 : (double) stops / now.streams();
            return now.reviewsNeeded() + (long) Math.ceil(stopped * streamsNeeded());
        }
    }

    private record Version(String policy, long weights) {}

    /** @param before how many streams of its version came before it */
    private record Stop(String stream, long before) {}

    private static final class Count {
        private long streams;
        private final List<Stop> stops = new ArrayList<>();
    }

    private final Map<Version, Count> counts =
            new TreeMap<>(Comparator.comparing(Version::policy).thenComparing(Version::weights));
    private final Map<String, Label> labels = new HashMap<>(); // of streams whose stop was reviewed
    private long streamsThrough;
    private long reviewsThrough;

    /** Counts what the ledger has more since the last time. */
    public void read(LedgerReader ledger) {
        read(ledger, sequence -> {});
    }

    /** @param at told how far streams are read, as sequence numbers of the ledger */
    public void read(LedgerReader ledger, LongConsumer at) {
        ledger.decided(streamsThrough, (sequence, stream) -> {
            streamsThrough = sequence;
            boolean stopped = stream.outcome().equals("stopped");
            if (!stream.mode().equals("monitor") && (stopped || stream.tokens() > 0)) {
                Count count =
                        counts.computeIfAbsent(new Version(stream.policy(), stream.weights()), version -> new Count());
                if (stopped) {
                    count.stops.add(new Stop(stream.uid(), count.streams));
                }
                count.streams++;
            }
            at.accept(sequence);
        });
        ledger.reviewed(reviewsThrough, (sequence, decision) -> {
            reviewsThrough = sequence;
            take(decision);
        });
    }

    private void take(ReviewedDecision decision) {
        Receipt receipt = decision.receipt();
        if (receipt.kind().equals("stop")) {
            labels.put(receipt.streamUid(), decision.label());
        }
    }

    /** Of every version that has a stream, by policy and then weights. Costs time for each stop against it. */
    public List<Standing> standings(double alpha, double delta) {
        List<Standing> standings = new ArrayList<>();
        counts.forEach((version, count) -> standings.add(standing(version, count, alpha, delta)));
        return standings;
    }

    /**
     * Whether a policy stops too many wrongly under a version of weights, by the reviews as they are now and in the order
     * of the streams, however late and in whatever order they were reviewed. A stop without a review counts as right.
     *
     * @param alarmAt streams between two false alarms on average, at least; above 1
     * @return as it was when it sounded first, or after the last stream
     */
    public FalseStopAlarm alarm(String policy, long weights, double alpha, double alarmAt) {
        FalseStopAlarm alarm = new FalseStopAlarm(alpha, alarmAt);
        Count count = counts.getOrDefault(new Version(policy, weights), new Count());
        long counted = 0;
        for (Stop stop : count.stops) {
            if (labels.get(stop.stream()) == Label.HARMLESS) {
                alarm.passed(stop.before() - counted);
                alarm.stoppedWrongly(1);
                counted = stop.before() + 1;
                if (alarm.sounds()) {
                    return alarm;
                }
            }
        }
        alarm.passed(count.streams - counted);
        return alarm;
    }

    /** Evidence rises until the next stop that counts against it, so the best is just before one of them, or now. */
    private Standing standing(Version version, Count count, double alpha, double delta) {
        long wrong = 0;
        long unreviewed = 0;
        FalseStopCertificate best = FalseStopCertificate.of(alpha, delta, 0, 0, 0);
        for (Stop stop : count.stops) {
            Label label = labels.getOrDefault(stop.stream(), Label.DISPUTED);
            if (label != Label.HARMFUL) {
                best = better(best, FalseStopCertificate.of(alpha, delta, stop.before(), wrong, unreviewed));
                wrong += label == Label.HARMLESS ? 1 : 0;
                unreviewed += label == Label.DISPUTED ? 1 : 0;
            }
        }
        FalseStopCertificate now = FalseStopCertificate.of(alpha, delta, count.streams, wrong, unreviewed);
        return new Standing(version.policy(), version.weights(), count.stops.size(), now, better(best, now));
    }

    private static FalseStopCertificate better(FalseStopCertificate one, FalseStopCertificate other) {
        return other.logEvidence() > one.logEvidence() ? other : one;
    }
}
