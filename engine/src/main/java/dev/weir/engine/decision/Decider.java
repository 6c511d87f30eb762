package dev.weir.engine.decision;

import dev.weir.models.Category;
import dev.weir.models.Rule;
import dev.weir.models.Vote;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides one text as its votes come in, in the order of the text: what is flagged, redacted, stopped, and how much may
 * be shown. Plain state in constant memory; the same votes, matches and policy give the same decisions bit for bit, so a
 * recorded trace can be decided again. Not thread-safe.
 */
public final class Decider {

    /** A child category explains a stop of its parent from this risk up. */
    private static final double EXPLAINS = 0.25;

    private final Policy policy;
    private final Mode mode;
    private final double carriedLogOdds;
    private final DecisionSink sink;
    private final Map<Category, StopRule> running = new EnumMap<>(Category.class);
    private final Map<Category, Boolean> reported = new EnumMap<>(Category.class);
    private final Map<Category, Double> maxRisks = new EnumMap<>(Category.class);
    private final double[] risks = new double[Category.values().length];
    private final long[] lastTokenStarts;
    private int tokens;
    private double risk;
    private double maxRisk;
    private Category worst = Category.OTHER;
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
        for (Category category : Category.values()) {
            running.put(category, new StopRule(policy.stopRule()));
        }
        this.risk = policy.stopRule().prior();
    }

    /**
     * One token's mixed votes.
     *
     * @param logOdds by {@link Category#ordinal()}; NaN where no awake expert votes
     */
    public void onToken(long start, long end, double[] logOdds) {
        lastTokenStarts[tokens++ % lastTokenStarts.length] = start;
        running.forEach((category, statistic) -> {
            double vote = logOdds[category.ordinal()];
            if (!Double.isNaN(vote)) {
                statistic.onToken(vote + carriedLogOdds, start);
                maxRisks.merge(category, statistic.risk(), Math::max);
            }
        });
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
        maxRisks.merge(rule.category(), statistic.risk(), Math::max);
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
        return Map.copyOf(maxRisks);
    }

    /** What {@link #risk()} would be after these tokens' votes had one mixed vote more; changes nothing. */
    public double riskAfter(double[] logOdds) {
        double highest = risk;
        for (Map.Entry<Category, StopRule> entry : running.entrySet()) {
            double vote = logOdds[entry.getKey().ordinal()];
            if (!Double.isNaN(vote) && policy.rule(entry.getKey()).action() != Action.PASS) {
                highest = Math.max(highest, entry.getValue().riskAfter(vote + carriedLogOdds));
            }
        }
        return highest;
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
        Category crossed = null;
        for (Map.Entry<Category, StopRule> entry : running.entrySet()) {
            Category category = entry.getKey();
            CategoryRule categoryRule = policy.rule(category);
            double now = entry.getValue().risk();
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
            if (now >= categoryRule.threshold().at(tokens)) {
                if (categoryRule.action() == Action.STOP
                        && (crossed == null || now > statistic(crossed).risk())) {
                    crossed = category;
                }
                report(category, end, now, rule);
            } else if (now >= categoryRule.flagAt()) {
                report(category, end, now, rule);
            } else if (now < categoryRule.flagAt() / 2) {
                reported.remove(category);
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
        CategoryRule categoryRule = policy.rule(category);
        boolean stops = categoryRule.action() == Action.STOP
                && now >= categoryRule.threshold().at(tokens)
                && mode != Mode.MONITOR;
        if (stops || stopped || reported.putIfAbsent(category, true) != null) {
            return;
        }
        flagged = true;
        long onset = Math.min(statistic(category).onset(), end);
        sink.flagged(new DecisionSink.Flag(category, onset, end, now, rule == null ? null : rule.id(), false));
    }

    private void stop(Category crossed, long end, @Nullable Rule rule) {
        stopped = true;
        Category shown = explain(crossed);
        List<Category> categories = new ArrayList<>(List.of(shown));
        running.forEach((category, statistic) -> {
            CategoryRule categoryRule = policy.rule(category);
            if (category != shown
                    && categoryRule.action() == Action.STOP
                    && statistic.risk() >= categoryRule.threshold().at(tokens)) {
                categories.add(category);
            }
        });
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
        for (Map.Entry<Category, StopRule> entry : running.entrySet()) {
            double childRisk = entry.getValue().risk();
            if (entry.getKey() != Category.OTHER && childRisk >= likeliestRisk) {
                likeliest = entry.getKey();
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
        maxRisks.merge(rule.category(), certainty, Math::max);
        maxRisk = recordWorst(rule.category(), certainty);
        switch (policy.rule(rule.category()).action()) {
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
        if (policy.rule(category).action() != Action.PASS && certainty > maxRisk) {
            worst = category;
            return certainty;
        }
        return maxRisk;
    }

    private void flagSecret(Rule rule, long start, long end, double certainty, boolean late) {
        flagged = true;
        sink.flagged(new DecisionSink.Flag(rule.category(), start, end, certainty, rule.id(), late));
    }

    private StopRule statistic(Category category) {
        return Objects.requireNonNull(running.get(category));
    }
}
