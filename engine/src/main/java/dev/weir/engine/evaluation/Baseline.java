package dev.weir.engine.evaluation;

import java.util.Arrays;

/**
 * A stop rule of other systems over the same votes, to compare ours with: what it makes of the risk of each token, so that
 * it stops where its statistic first reaches a threshold.
 *
 * <p>Debounce-2 is Qwen3Guard-Stream's rule, two risky tokens in a row; delay-k that of the Streaming Content Monitor, k
 * risky tokens in all; the exponential mean is that of Constitutional Classifiers++, as long as its window of 16 tokens.
 */
public enum Baseline {
    /** The riskiest token decides. */
    SINGLE_TOKEN("single token") {
        @Override
        public Statistic start() {
            return logOdds -> logOdds;
        }
    },
    DEBOUNCE_2("debounce-2") {
        @Override
        public Statistic start() {
            return new Statistic() {
                private double before = Double.NEGATIVE_INFINITY;

                @Override
                public double after(double logOdds) {
                    double lower = Math.min(before, logOdds);
                    before = logOdds;
                    return lower;
                }
            };
        }
    },
    DELAY_4("delay-4") {
        @Override
        public Statistic start() {
            return new Statistic() {
                private final double[] highest = filled(4); // ascending

                @Override
                public double after(double logOdds) {
                    if (logOdds > highest[0]) {
                        highest[0] = logOdds;
                        Arrays.sort(highest);
                    }
                    return highest[0];
                }
            };
        }
    },
    EXPONENTIAL_MEAN("exponential mean") {
        @Override
        public Statistic start() {
            return new Statistic() {
                private double mean = PRIOR_LOG_ODDS;

                @Override
                public double after(double logOdds) {
                    mean += (logOdds - mean) * 2 / (MEAN_TOKENS + 1);
                    return mean;
                }
            };
        }
    };

    private static final int MEAN_TOKENS = 16;
    /** Risk 0.02, where our own rule begins too. */
    private static final double PRIOR_LOG_ODDS = -3.89;

    private final String label;

    Baseline(String label) {
        this.label = label;
    }

    /** As reports name it. */
    public String label() {
        return label;
    }

    /** The rule at the start of a text. */
    public abstract Statistic start();

    /** The state of a rule in one text. */
    @FunctionalInterface
    public interface Statistic {

        /** What the rule compares with its threshold, in log-odds, after one token more. */
        double after(double logOdds);
    }

    private static double[] filled(int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NEGATIVE_INFINITY);
        return values;
    }
}
