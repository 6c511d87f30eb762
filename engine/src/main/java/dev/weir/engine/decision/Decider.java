package dev.weir.engine.decision;

import dev.weir.models.Category;
import dev.weir.models.Rule;
import dev.weir.models.Vote;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides one text as its votes come in, in the order of the text: what is flagged, redacted, stopped, and how much may
 * be shown. Plain state in constant memory; the same votes, matches and policy give the same decisions bit for bit, so a
 * recorded trace can be decided again. Not thread-safe.
 */
public final class Decider {

    /** A child category explains a stop of its parent from this risk up. */
    private static final double EXPLAINS = 0.25;

    /** From this share of a stop's threshold up the risk is near it. */
    private static final double NEAR = 0.5;

    private static final Category[] CATEGORIES = Category.values();

    private final Policy policy;
    private final Mode mode;
    private final double carriedLogOdds;
    private final DecisionSink sink;
    /** This and the arrays below by {@link Category#ordinal()}. */
    private final StopRule[] running = new StopRule[CATEGORIES.length];

    private final CategoryRule[] rules = new CategoryRule[CATEGORIES.length];
    private final boolean[] reported = new boolean[CATEGORIES.length];
    /** NaN where nothing was voted. */
    private final double[] maxRisks = new double[CATEGORIES.length];

    private final double[] risks = new double[CATEGORIES.length];
    private final long[] lastTokenStarts;
    private int tokens;
    private double risk;
    private double maxRisk;
    private Category worst = Category.OTHER;
    private boolean nearStop;
    private boolean flagged;
    private boolean redacted;
    private boolean stopped;
    private int crossedAtToken = -1;
    private long crossedAt;
    private long crossedOnset;

    /** @param carriedLogOdds what the prompt adds to every token, at least 0 */
    public Decider(Policy policy, Mode mode, double carriedLogOdds, DecisionSink sink) {
        this.policy = policy;
        this.mode = mode;
        this.carriedLogOdds = carriedLogOdds;
        this.sink = sink;
        this.lastTokenStarts = new long[policy.hold().maxTokens() + 1];
        for (Category category : CATEGORIES) {
            running[category.ordinal()] = new StopRule(policy.stopRule());
            rules[category.ordinal()] = policy.rule(category);
        }
        Arrays.fill(maxRisks, Double.NaN);
        this.risk = policy.stopRule().prior();
    }

    /**
     * One token's mixed votes.
     *
     * @param logOdds by {@link Category#ordinal()}; NaN where no awake expert votes
     */
    public void onToken(long start, long end, double[] logOdds) {
        lastTokenStarts[tokens++ % lastTokenStarts.length] = start;
        for (int category = 0; category < running.length; category++) {
            double vote = logOdds[category];
            if (!Double.isNaN(vote)) {
                running[category].onToken(vote + carriedLogOdds, start);
                raise(category, running[category].risk());
            }
        }
        decideStatistics(end, null);
    }

    /** A match of a lexicon rule that became final, with the positions of its ends. */
    public void onMatch(Rule rule, long start, long end) {
        String replacement = rule.replacement();
        if (replacement != null) {
            onSecret(rule, replacement, start, end);
            return;
        }
        StopRule statistic = statistic(rule.category());
        statistic.onRule(Vote.probability(rule.vote()), start);
        raise(rule.category().ordinal(), statistic.risk());
        decideStatistics(end, rule);
    }

    /** Some of the text up to {@code at} is in a language that these experts were not trained for. */
    public void onUnread(List<String> experts, long at) {
        if (policy.stopsUnread(experts)) {
            stopUnscored(at);
        }
    }

    /** These experts failed or came too late and do not vote any more; what follows {@code at} lacks them. */
    public void onBroken(List<String> experts, long at) {
        if (policy.stopsBroken(experts)) {
            stopUnscored(at);
        }
    }

    /**
     * How much of a text scored through {@code scored} may be shown: all of it while the risk is low, all but the last
     * tokens while it is raised. The hold is counted in tokens and not in time, so it is the same at any speed.
     */
    public long releasable(long scored) {
        if (mode != Mode.GATE) {
            return scored;
        }
        int held = Math.min(policy.hold().tokensAt(risk), tokens);
        return held == 0 ? scored : Math.min(scored, lastTokenStarts[(tokens - held) % lastTokenStarts.length]);
    }

    /** Largest risk now among the categories the policy acts on, in [0, 1]. */
    public double risk() {
        return risk;
    }

    /** Largest {@link #risk()} so far. */
    public double maxRisk() {
        return maxRisk;
    }

    /** The category of {@link #maxRisk()}. */
    public Category worstCategory() {
        return worst;
    }

    /** Largest risk so far of each category that was voted on. */
    public Map<Category, Double> maxRisks() {
        Map<Category, Double> voted = new EnumMap<>(Category.class);
        for (Category category : CATEGORIES) {
            if (!Double.isNaN(maxRisks[category.ordinal()])) {
                voted.put(category, maxRisks[category.ordinal()]);
            }
        }
        return voted;
    }

    /** What {@link #risk()} would be after these tokens' votes had one mixed vote more; changes nothing. */
    public double riskAfter(double[] logOdds) {
        double highest = risk;
        for (int category = 0; category < running.length; category++) {
            double vote = logOdds[category];
            if (!Double.isNaN(vote) && rules[category].action() != Action.PASS) {
                highest = Math.max(highest, running[category].riskAfter(vote + carriedLogOdds));
            }
        }
        return highest;
    }

    /** Whether the risk now is near one that stops; of use to serve such streams first, and for no decision. */
    public boolean isNearStop() {
        return nearStop;
    }

    /** Whether text without this expert's vote counts as unscored. */
    public boolean requires(String expert) {
        return policy.requires().contains(expert);
    }

    /** Whether risk is so high that gate mode holds text back. */
    public boolean holds(double atRisk) {
        return policy.hold().tokensAt(atRisk) > 0;
    }

    public boolean isStopped() {
        return stopped;
    }

    /** How many tokens had been decided when a stop's threshold was first reached, whatever the mode; -1 never. */
    public int crossedAtToken() {
        return crossedAtToken;
    }

    /** Position of that crossing; meaningless before it. */
    public long crossedAt() {
        return crossedAt;
    }

    /** Estimated start of the harm of that crossing; meaningless before it. */
    public long crossedOnset() {
        return crossedOnset;
    }

    /** The strictest thing done to this text so far. */
    public Action action() {
        return stopped ? Action.STOP : redacted ? Action.REDACT : flagged ? Action.FLAG : Action.PASS;
    }

    private void decideStatistics(long end, @Nullable Rule rule) {
        risk = 0;
        nearStop = false;
        Category crossed = null;
        for (Category category : CATEGORIES) {
            CategoryRule categoryRule = rule(category);
            double now = statistic(category).risk();
            risks[category.ordinal()] = now;
            if (categoryRule.action() == Action.PASS) {
                continue;
            }
            if (now > risk) {
                risk = now;
            }
            if (now > maxRisk) {
                maxRisk = now;
                worst = category;
            }
            double threshold = categoryRule.threshold().at(tokens);
            nearStop |= categoryRule.action() == Action.STOP && now >= NEAR * threshold;
            if (now >= threshold) {
                if (categoryRule.action() == Action.STOP
                        && (crossed == null || now > statistic(crossed).risk())) {
                    crossed = category;
                }
                report(category, end, now, rule);
            } else if (now >= categoryRule.flagAt()) {
                report(category, end, now, rule);
            } else if (now < categoryRule.flagAt() / 2) {
                reported[category.ordinal()] = false;
            }
        }
        sink.scored(tokens, end, risks);
        if (crossed != null) {
            recordCrossing(end, Math.min(statistic(crossed).onset(), end));
            if (mode != Mode.MONITOR) {
                stop(crossed, end, rule);
            }
        }
    }

    /** Reports a category once for each time it rises; a stop that acts speaks for itself. */
    private void report(Category category, long end, double now, @Nullable Rule rule) {
        CategoryRule categoryRule = rule(category);
        boolean stops = categoryRule.action() == Action.STOP
                && now >= categoryRule.threshold().at(tokens)
                && mode != Mode.MONITOR;
        if (stops || stopped || reported[category.ordinal()]) {
            return;
        }
        reported[category.ordinal()] = true;
        flagged = true;
        long onset = Math.min(statistic(category).onset(), end);
        sink.flagged(new DecisionSink.Flag(category, onset, end, now, rule == null ? null : rule.id(), false));
    }

    private void stop(Category crossed, long end, @Nullable Rule rule) {
        stopped = true;
        Category shown = explain(crossed);
        List<Category> categories = new ArrayList<>(List.of(shown));
        for (Category category : CATEGORIES) {
            CategoryRule categoryRule = rule(category);
            if (category != shown
                    && categoryRule.action() == Action.STOP
                    && statistic(category).risk() >= categoryRule.threshold().at(tokens)) {
                categories.add(category);
            }
        }
        long onset = Math.min(statistic(crossed).onset(), end);
        sink.stopped(new DecisionSink.Stop(
                shown, categories, end, onset, statistic(crossed).risk(), rule == null ? null : rule.id()));
    }

    /** The likeliest kind of harm, when the parent crossed and one of its children says why. */
    private Category explain(Category crossed) {
        if (crossed != Category.OTHER) {
            return crossed;
        }
        Category likeliest = crossed;
        double likeliestRisk = EXPLAINS;
        for (Category category : CATEGORIES) {
            double childRisk = statistic(category).risk();
            if (category != Category.OTHER && childRisk >= likeliestRisk) {
                likeliest = category;
                likeliestRisk = childRisk;
            }
        }
        return likeliest;
    }

    private void stopUnscored(long at) {
        if (mode != Mode.MONITOR && !stopped) {
            stopped = true;
            sink.stopped(DecisionSink.Stop.unscored(at, risk));
        }
    }

    private void onSecret(Rule rule, String replacement, long start, long end) {
        double certainty = Vote.probability(rule.vote());
        raise(rule.category().ordinal(), certainty);
        maxRisk = recordWorst(rule.category(), certainty);
        switch (rule(rule.category()).action()) {
            case PASS -> {}
            case FLAG -> flagSecret(rule, start, end, certainty, false);
            case REDACT -> {
                if (mode == Mode.GATE) {
                    redacted = true;
                    sink.redacted(
                            new DecisionSink.Redaction(rule.category(), start, end, certainty, replacement, rule.id()));
                } else {
                    flagSecret(rule, start, end, certainty, mode == Mode.STREAM);
                }
            }
            case STOP -> {
                recordCrossing(end, start);
                if (mode == Mode.MONITOR) {
                    flagSecret(rule, start, end, certainty, false);
                } else {
                    stopped = true;
                    sink.stopped(new DecisionSink.Stop(
                            rule.category(), List.of(rule.category()), end, start, certainty, rule.id()));
                }
            }
        }
    }

    private void recordCrossing(long at, long onset) {
        if (crossedAtToken < 0) {
            crossedAtToken = tokens;
            crossedAt = at;
            crossedOnset = onset;
        }
    }

    private double recordWorst(Category category, double certainty) {
        if (rule(category).action() != Action.PASS && certainty > maxRisk) {
            worst = category;
            return certainty;
        }
        return maxRisk;
    }

    private void flagSecret(Rule rule, long start, long end, double certainty, boolean late) {
        flagged = true;
        sink.flagged(new DecisionSink.Flag(rule.category(), start, end, certainty, rule.id(), late));
    }

    private void raise(int category, double to) {
        if (!(maxRisks[category] >= to)) {
            maxRisks[category] = to;
        }
    }

    private CategoryRule rule(Category category) {
        return rules[category.ordinal()];
    }

    private StopRule statistic(Category category) {
        return running[category.ordinal()];
    }
}
