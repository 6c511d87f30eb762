package dev.weir.engine.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trusts each expert by how much better than the mixture it has been: ML-Prod, whose learning rate is each expert's own
 * and falls with the squares of its regrets. Beside the experts it weighs copies of {@link FixedShare} over the same
 * experts, one for each of a grid of rates and shares, so that it follows a change of the best expert without being told
 * how often that happens; and one copy that never learns, so that it is never much worse than the weights it began with.
 *
 * <h2>Why the regret is bounded by 1</h2>
 * The mixture is of log-odds: z = sum w_k z_k. Its log loss l(z) = ln(1 + e^z) - y z is convex in w, so for every k
 * l(z) - l(z_k) &lt;= l'(z) (z - z_k) with l'(z) = p - y. And r_k = (p - y) (z - z_k) / 2Z lies within [-1, 1] whatever the
 * weights are, since |p - y| &lt;= 1 and all log-odds are within [-Z, Z]. (Mixing probabilities instead, the slope
 * 1/p reaches 1 over the smallest weight, and weights would need a floor.) Being linear in the weights, it also bounds
 * the loss against every fixed mixture of the experts, not only against the best of them.
 *
 * <h2>The bound</h2>
 * With w_k &larr; (w_k (1 + e_k r_k))^(e'_k / e_k), the mixture weighed by e_k w_k and e_k r_k &gt;= -1/2, for every k
 * <pre>sum r_k &lt;= ln(1/w_k0) / e_k0 + sum e_k r_k^2 + ln(1 + sum_t sum_j (e_j / e'_j - 1) / exp(1)) / e_k</pre>
 * <b>Proof</b> in two lines. x &lt;= x^a + (a - 1)/exp(1) for a &gt;= 1 and sum_j e_j w_j r_j = 0 give the sum of the weights at
 * most 1 + sum sum (e_j/e'_j - 1)/exp(1); ln(1 + x) &gt;= x - x^2 for x &gt;= -1/2 gives that
 * ln w_k / e_k &gt;= ln w_k0 / e_k0 + sum (r_k - e_k r_k^2); and w_k is at most the sum. [1, theorem 3]
 *
 * <p>Three things are added to it, each with its price in {@link #bound}:
 * <ul>
 *   <li>An expert that sleeps has regret 0 and the others are weighed among themselves: the proof does not notice.
 *   <li>Regrets are mostly far below 1, and a rate made for 1 learns slowly. So the rate is made for the largest regret so
 *       far, B, and one that is larger is scaled down to B, all experts' alike; what that hides is at most the final B [2].
 *   <li>A label that comes late meets other weights than were cast, so that sum_j e_j w_j r_j is no longer 0: what it is
 *       instead is added to the bound of the sum of the weights, label by label. And learning must be slower, for the
 *       labels on their way will repeat what this one says: beside its own square a regret counts twice its product with
 *       the regrets learned between its cast and its label [3]. Any falling rate keeps the bound.
 * </ul>
 * A label of importance 1/q stands for 1/q texts: its regret is multiplied by that, at most by {@code maxImportance}, and
 * the unit of regret is 2Z maxImportance, so that it stays within [-1, 1]. A text reviewed with a smaller probability than
 * 1/maxImportance counts for less than it should (bias toward what was learned already), never for more.
 *
 * <p>An expert that is always wrong loses all trust in itself, but keeps what the sharing copies return to it: that is the
 * price of believing it soon if it turns good, and costs next to nothing, for the copies that pay more lose trust too.
 *
 * <p>Regrets count the labels learned from: with importance weights, they estimate those of all texts without bias.
 *
 * <p>[1] P. Gaillard, G. Stoltz, T. van Erven, "A second-order bound with excess losses", COLT 2014. [2] Z. Mhammedi,
 * W. Koolen, T. van Erven, "Lipschitz adaptivity with multiple learning rates in online learning", COLT 2019, section 3. [3] B. McMahan, M. Streeter, "Delay-tolerant
 * algorithms for asynchronous distributed online learning", NIPS 2014, section 3.
 */
public final class MlProd implements Learner {

    private static final double[] RATES = {0.005, 0.02, 0.1, 0.5};
    private static final double[] SHARES = {0, 1e-4, 1e-3, 1e-2};

    /** The largest regret before there was any, as a share of the largest possible. */
    private static final double FIRST_RANGE = 1.0 / 256;

    private final int experts;
    private final List<FixedShare> copies = new ArrayList<>();
    private final double maxImportance;

    // Each of every expert, and then of every copy.
    private final double[] start;
    private final double[] logWeight;
    private final double[] rate;
    private final double[] regret;
    private final double[] learned;
    private final double[] squares;
    private final double[] spent;

    private double range = FIRST_RANGE;
    private double logTotal; // upper bound of the logarithm of the sum of the weights

    /**
     * @param start the experts' weights before there are labels, above 0, adding up to 1
     * @param maxImportance of a label, at least 1
     */
    public MlProd(double[] start, double maxImportance) {
        this.experts = start.length;
        this.maxImportance = maxImportance;
        copies.add(new FixedShare(start, 0, 0));
        for (double copyRate : RATES) {
            for (double share : SHARES) {
                copies.add(new FixedShare(start, copyRate, share));
            }
        }
        int all = experts + copies.size();
        this.start = new double[all];
        for (int k = 0; k < all; k++) {
            this.start[k] = k < experts ? start[k] / 2 : 0.5 / copies.size();
        }
        this.logWeight = Arrays.stream(this.start).map(StrictMath::log).toArray();
        this.regret = new double[all];
        this.learned = new double[all];
        this.squares = new double[all];
        this.spent = new double[all];
        this.rate = new double[all];
        for (int k = 0; k < all; k++) {
            rate[k] = rate(k);
        }
    }

    @Override
    public double[] weights(double[] votes) {
        return weights(votes, trust(votes));
    }

    @Override
    public Cast cast(double[] votes) {
        List<Cast> casts = copies.stream().map(copy -> copy.cast(votes)).toList();
        return Cast.of(votes, weights(votes, trust(votes)), casts, learned.clone());
    }

    @Override
    public void learn(Cast cast, boolean harmful, double importance) {
        double slope = LogLoss.slope(cast.mixed(), harmful) * Math.min(importance, maxImportance) / unit();
        double[] now = new double[start.length];
        double widest = range;
        for (int k = 0; k < now.length; k++) {
            double advised = advised(cast, k);
            now[k] = Double.isNaN(advised) ? 0 : slope * (cast.mixed() - advised);
            regret[k] += now[k];
            widest = Math.max(widest, Math.abs(now[k]));
        }
        double scale = range / widest;
        range = widest;
        double grown = 0; // of the sum of the weights
        double logTotalBefore = logTotal;
        for (int k = 0; k < now.length; k++) {
            double clipped = now[k] * scale;
            double before = rate[k];
            grown += StrictMath.exp(logWeight[k] - logTotalBefore) * before * clipped;
            double since = learned[k] - cast.learned(k);
            squares[k] += clipped * clipped + 2 * Math.abs(clipped * since);
            learned[k] += clipped;
            spent[k] += before * clipped * clipped;
            rate[k] = rate(k);
            logWeight[k] = rate[k] / before * (logWeight[k] + StrictMath.log1p(before * clipped));
            grown += (before / rate[k] - 1) * StrictMath.exp(-1 - logTotalBefore);
        }
        logTotal += StrictMath.log1p(grown);
        for (int copy = 0; copy < copies.size(); copy++) {
            copies.get(copy).learn(cast.copy(copy), harmful, Math.min(importance, maxImportance));
        }
    }

    /** Experts, and behind them the copies. */
    public int advisers() {
        return start.length;
    }

    /** How much less the adviser's linearised loss was than the mixture's, over all labels so far, in nats. */
    public double regret(int adviser) {
        return regret[adviser] * unit();
    }

    /** What {@link #regret} cannot be above, by the theorem, in nats; it knows the past only through sums of squares. */
    public double bound(int adviser) {
        double sure = -StrictMath.log(start[adviser]) / firstRate(adviser)
                + spent[adviser]
                + logTotal / rate[adviser]
                + range
                - FIRST_RANGE;
        return sure * unit();
    }

    /** Nats to a regret of 1. */
    private double unit() {
        return 2 * LogLoss.LIMIT * maxImportance;
    }

    private double rate(int k) {
        double log = StrictMath.log(1 + 1 / start[k]);
        return Math.min(0.5 / range, Math.sqrt(log / (FIRST_RANGE * FIRST_RANGE + squares[k])));
    }

    private double firstRate(int k) {
        return Math.min(0.5, Math.sqrt(StrictMath.log(1 + 1 / start[k]))) / FIRST_RANGE;
    }

    private double advised(Cast cast, int adviser) {
        return adviser < experts
                ? cast.vote(adviser)
                : cast.copy(adviser - experts).mixed();
    }

    /** How far each adviser is trusted by itself, those awake adding up to 1. A copy is awake when any expert is. */
    double[] trust(double[] votes) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < start.length; k++) {
            if (isAwake(votes, k)) {
                highest = Math.max(highest, logWeight[k]);
            }
        }
        double[] trust = new double[start.length];
        double sum = 0;
        for (int k = 0; k < start.length; k++) {
            trust[k] = isAwake(votes, k) ? rate[k] * StrictMath.exp(logWeight[k] - highest) : 0;
            sum += trust[k];
        }
        for (int k = 0; k < start.length; k++) {
            trust[k] /= sum;
        }
        return trust;
    }

    private boolean isAwake(double[] votes, int adviser) {
        return adviser >= experts || !Double.isNaN(votes[adviser]);
    }

    private double[] weights(double[] votes, double[] trust) {
        double[] weights = Arrays.copyOf(trust, experts);
        for (int copy = 0; copy < copies.size(); copy++) {
            double[] inside = copies.get(copy).weights(votes);
            for (int expert = 0; expert < experts; expert++) {
                weights[expert] += trust[experts + copy] * inside[expert];
            }
        }
        return weights;
    }
}
