package dev.weir.engine.learning;

import java.util.function.LongPredicate;

/**
 * What reviewed stops alone say for "fewer than {@code alpha} of the streams are stopped wrongly": evidence that may be
 * looked at after every stream and every review, as often as one likes.
 *
 * <p>X is 1 for a stream that was stopped wrongly and 0 for one that was stopped rightly or not at all. A stop that nobody
 * has reviewed, or about which reviewers are at odds, is taken for wrong until it is: evidence shown is never more than it
 * will be, whichever stops are left unread. Whoever believes in a rate of alpha or more would sell bets that pay
 * 1 + l (alpha - X) for each 1 staked. The evidence is the wealth of a holder who spread 1 evenly over a few l and let each
 * part ride:
 *
 * <pre>E = mean over l of the product over streams of (1 - l (X - alpha))</pre>
 *
 * <p>It depends on counts only, not on the order of streams or reviews. While the rate is at least alpha no part is
 * expected to grow, so that E ever reaches 1/delta with probability at most delta [1], [2].
 *
 * <p><b>What is claimed</b> when E has reached 1/delta after some stream: of the streams up to there, fewer than alpha were
 * bound to be stopped wrongly on average, each given those before it; with confidence 1 - delta over all moments together.
 * (With m the mean of those chances, the product of the payoffs expected is at most (1 - l (m - alpha))^n, by the
 * inequality of the means, so evidence stays below a martingale whenever m is alpha or more.) That stays true when E falls
 * again, and is no promise about other streams: {@link FalseStopAlarm} watches those. Another policy, other weights, or
 * another beginning of the count is another claim, with a delta of its own.
 *
 * <p>Each bet is made so that a false stop leaves {@code u} of it, l = (1 - u) / (1 - alpha); it grows fastest where the true
 * rate is u alpha. Six of them cost at most a factor of 6 in evidence against the best of them known beforehand.
 * {@code bench/run certificate}, 500 simulated deployments of up to 20,000 streams, alpha 1 %, confidence 95 %: at a true
 * rate of 0.2 % certified after 665 streams (median), at 0.6 % after 3,513; at 1 %, wrongly, in 3.2 % of them.
 *
 * <p>[1] I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", Journal of the Royal
 * Statistical Society B 86 (2024), sections 3 and 4. [2] J. Ville, "Étude critique de la notion de collectif" (1939).
 *
 * @param alpha rate of false stops, {@link #LEAST_ALPHA} to 0.5
 * @param delta 1 less the confidence, above 0 and at most 0.5
 * @param streams that could be stopped, whatever became of them
 * @param wrong of them, stopped and reviewed as harmless
 * @param unreviewed of them, stopped and not reviewed, or disputed
 */
public record FalseStopCertificate(double alpha, double delta, long streams, long wrong, long unreviewed) {

    public static final double LEAST_ALPHA = 1e-6;

    /** Of the bets, what a false stop leaves. */
    private static final double[] LEFT = {1 / 32.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 3 / 4.0, 7 / 8.0};

    public FalseStopCertificate {
        require(alpha >= LEAST_ALPHA && alpha <= 0.5, "alpha " + alpha, LEAST_ALPHA + " to 0.5");
        require(delta > 0 && delta <= 0.5, "delta " + delta, "above 0, at most 0.5");
        require(wrong >= 0, "wrong " + wrong, "at least 0");
        require(unreviewed >= 0, "unreviewed " + unreviewed, "at least 0");
        require(
                streams - wrong >= unreviewed,
                "streams " + streams,
                "at least those stopped wrongly and those not reviewed, " + wrong + " and " + unreviewed);
    }

    public static FalseStopCertificate of(double alpha, double delta, long streams, long wrong, long unreviewed) {
        return new FalseStopCertificate(alpha, delta, streams, wrong, unreviewed);
    }

    /** E; infinite where it is more than a {@code double} can say. */
    public double evidence() {
        return StrictMath.exp(logEvidence());
    }

    /** The natural logarithm of E. */
    public double logEvidence() {
        return logEvidence(alpha);
    }

    /** Whether E, as it is now, is at least 1/delta. */
    public boolean isCertified() {
        return isCertified(alpha);
    }

    /**
     * How many of the stops not reviewed yet would have to be reviewed, and found right, to certify: the fewest, or all of
     * them where they are not enough and {@link #streamsNeeded()} more are needed.
     */
    public long reviewsNeeded() {
        return streamsNeeded() > 0
                ? unreviewed
                : fewest(reviewed -> given(0, reviewed).isCertified());
    }

    /** How many streams more without a false stop it would take to certify, after all stops were reviewed and found right. */
    public long streamsNeeded() {
        return fewest(more -> given(more, unreviewed).isCertified());
    }

    /**
     * The smallest rate above which the true one hardly is, in (0, 1]: what is certified at every alpha above it. Holds at
     * any time, like the certificate; evidence rises with alpha, so it is found by bisection.
     */
    public double upperBound() {
        double refuted = 1;
        double possible = 0;
        for (int halving = 0; halving < 60; halving++) {
            double middle = (refuted + possible) / 2;
            if (isCertified(middle)) {
                refuted = middle;
            } else {
                possible = middle;
            }
        }
        return refuted;
    }

    private FalseStopCertificate given(long moreStreams, long reviewedRight) {
        return new FalseStopCertificate(
                alpha, delta, streams + moreStreams, wrong, unreviewed - Math.min(unreviewed, reviewedRight));
    }

    private boolean isCertified(double rate) {
        return logEvidence(rate) >= -StrictMath.log(delta);
    }

    private double logEvidence(double rate) {
        long against = wrong + unreviewed;
        double[] logs = new double[LEFT.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (int bet = 0; bet < LEFT.length; bet++) {
            double gained = StrictMath.log1p(-LEFT[bet] * rate) - StrictMath.log1p(-rate); // of 1 + l alpha
            logs[bet] = against * StrictMath.log(LEFT[bet]) + (streams - against) * gained;
            largest = Math.max(largest, logs[bet]);
        }
        double sum = 0;
        for (double log : logs) {
            sum += StrictMath.exp(log - largest);
        }
        return largest + StrictMath.log(sum / LEFT.length);
    }

    /** The smallest number, from 0, that is enough, where a larger one always is too. */
    private static long fewest(LongPredicate enough) {
        if (enough.test(0)) {
            return 0;
        }
        long tooFew = 0;
        long fewest = 1;
        while (!enough.test(fewest)) {
            tooFew = fewest;
            fewest *= 2;
        }
        while (fewest - tooFew > 1) {
            long middle = (tooFew + fewest) >>> 1;
            if (enough.test(middle)) {
                fewest = middle;
            } else {
                tooFew = middle;
            }
        }
        return fewest;
    }

    private static void require(boolean isMet, String found, String expected) {
        if (!isMet) {
            throw new IllegalArgumentException(found + " (expected: " + expected + ")");
        }
    }
}
