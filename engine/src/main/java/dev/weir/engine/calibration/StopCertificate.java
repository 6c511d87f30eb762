package dev.weir.engine.calibration;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * States, from reviewed stops alone, that a policy in service stops fewer harmless streams than its budget allows; at any
 * moment, for as long as one cares to look.
 *
 * <p>Every stream counts: X is 1 for one that was stopped and reviewed as harmless, and 0 for one that was stopped rightly
 * or not at all. To say so takes reviews of stops only. Someone who believes in a rate of alpha or more would sell the bet
 * that pays 1 + l (alpha - X) for each 1 staked. Its holder's wealth, the product over all streams, is expected never to
 * grow while the rate is at least alpha, so it reaches 1/delta with probability at most delta (Ville's inequality); when it
 * does, the rate is below alpha with confidence 1 - delta [1]. The stake l is chosen before each stream, from what is known
 * of those before it.
 *
 * <p><b>What is not reviewed.</b> A stop that was drawn for review with probability q counts 1/q when it was wrong, and
 * nothing when it was not drawn, which is right on average. A stop that is to be reviewed and is not yet counts as
 * wrong: its stake is kept as it was when the stream ended, and the wealth shown is that if every open review came out
 * against us. Wealth shown is therefore never more than the wealth will be, reviews may come late and in any order, and
 * none that never comes can help. A budget cannot be certified by leaving the bad stops unread.
 *
 * <p>What is certified is the rate of the streams up to then, also when each stream's chance of a false stop depends on what
 * came before. It is no promise for the future; {@code FalseStopAlarm} watches for that.
 *
 * <p>Not thread-safe.
 *
 * <p>[1] I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", Journal of the Royal
 * Statistical Society B 86 (2024), sections 3 and 4.
 */
public final class StopCertificate {

    /** Half of the stake at which a false stop would take everything. */
    private static final double BOLDEST = 0.5;

    private record Open(double stake, double probability) {}

    private final FalseStopBudget budget;
    private final double leastReviewed;
    private final Map<String, Open> open = new HashMap<>();
    private double logWealth; // of the streams that are settled
    private double logWealthOfOpen; // if all of them were wrong
    private double openFalseStops; // the same
    private double highest;
    private long streams;
    private long reviews;
    private double falseStops;
    private double squares;

    /** @param leastReviewed the smallest probability with which a stop is drawn for review, in (0, 1] */
    public StopCertificate(FalseStopBudget budget, double leastReviewed) {
        if (!(leastReviewed > 0 && leastReviewed <= 1)) {
            throw new IllegalArgumentException("least reviewed " + leastReviewed + " (expected: above 0, at most 1)");
        }
        this.budget = budget;
        this.leastReviewed = leastReviewed;
    }

    /** A stream ended that was not stopped, or was not drawn for review. */
    public void passed() {
        settle(stake(), 0);
        streams++;
    }

    /**
     * A stream was stopped, and its stop is to be reviewed.
     *
     * @param id under which {@link #reviewed} will find it
     * @param probability with which it was drawn, at least the smallest
     */
    public void stopped(String id, double probability) {
        if (!(probability >= leastReviewed && probability <= 1)) {
            throw new IllegalArgumentException(
                    "review probability " + probability + " (expected: " + leastReviewed + " to 1)");
        }
        Open stop = new Open(stake(), probability);
        if (open.putIfAbsent(id, stop) == null) {
            logWealthOfOpen += factor(stop.stake, 1 / probability);
            openFalseStops += 1 / probability;
            streams++;
        }
    }

    /** A review has come; one of a stop that is not open changes nothing. */
    public void reviewed(String id, boolean wrong) {
        Open stop = open.remove(id);
        if (stop != null) {
            boolean last = open.isEmpty(); // then the sums are exactly 0 again
            logWealthOfOpen = last ? 0 : logWealthOfOpen - factor(stop.stake, 1 / stop.probability);
            openFalseStops = last ? 0 : openFalseStops - 1 / stop.probability;
            reviews++;
            settle(stop.stake, wrong ? 1 / stop.probability : 0);
        }
    }

    /** Whether the wealth has reached 1/delta at some time. */
    public boolean holds() {
        return highest >= -Math.log(budget.delta());
    }

    /** The logarithm of the wealth, were all open reviews to come out against us. */
    public double logWealth() {
        return logWealth + logWealthOfOpen;
    }

    /** Streams that ended, open ones included. */
    public long streams() {
        return streams;
    }

    public long reviews() {
        return reviews;
    }

    /**
     * About how many reviews more it will take, if stops and false stops go on as they have.
     *
     * @return 0 when it holds; nothing as long as the false stops seen are too many for it ever to hold
     */
    public OptionalLong reviewsNeeded() {
        if (holds()) {
            return OptionalLong.of(0);
        }
        double share = mean();
        double stake = stake();
        double growth = (1 - share) * factor(stake, 0) + share * factor(stake, 1);
        if (!(growth > 0)) {
            return OptionalLong.empty();
        }
        double left = (-Math.log(budget.delta()) - logWealth()) / growth;
        double reviewed = (reviews + open.size() + 1.0) / (streams + 1.0);
        return OptionalLong.of((long) Math.ceil(left * reviewed));
    }

    private void settle(double stake, double counted) {
        logWealth += factor(stake, counted);
        falseStops += counted;
        squares += counted * counted;
        highest = Math.max(highest, logWealth());
    }

    private double factor(double stake, double counted) {
        return StrictMath.log1p(stake * (budget.alpha() - counted));
    }

    /** Of the false stops, the open ones counted as such, with half a one at alpha to begin with. */
    private double mean() {
        return (falseStops + openFalseStops + 0.5 * budget.alpha()) / (streams + 0.5);
    }

    /** What would make wealth grow fastest if the rate were as it was so far. */
    private double stake() {
        double boldest = BOLDEST / (1 / leastReviewed - budget.alpha());
        double mean = mean();
        double edge = budget.alpha() - mean;
        double variance = Math.max((squares + budget.alpha()) / (streams + 1) - mean * mean, 1e-9);
        return Math.clamp(edge / (variance + edge * edge), 0, boldest);
    }
}
