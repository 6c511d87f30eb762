package dev.weir.engine.learning;

import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.models.Category;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides which of what was learned is let out, and can take it back. What gets out is a version of weights together with
 * the thresholds calibrated for them; it is bounded in step and range ({@link CageSettings}), was tried on recorded
 * streams, and is kept for ever. A stream keeps the version it began with.
 *
 * <p>Each reviewer and each tenant has only so many labels that count between two proposals, so that a flood from one of
 * them can neither hurry learning nor outvote the others.
 *
 * <p>A shadow expert is one whose configured weight is 0. It votes and is learned about, and weighs nothing in whatever is
 * published, until it is {@linkplain #promote promoted}.
 *
 * <p>Not thread-safe.
 */
public final class Cage {

    /** What became of a proposal. */
    public sealed interface Outcome {}

    /** @param changes decisions on the judged streams, before and after, by the policy's name */
    public record Published(WeightsVersion version, Map<String, Change> changes) implements Outcome {}

    /** @param reason what was found and what would have been needed */
    public record Refused(String reason) implements Outcome {}

    /** One policy's judged streams under the version before and under this one. */
    public record Change(Canary.Trial before, Canary.Trial after) {}

    private final List<String> experts;
    private final CageSettings settings;
    private final CanarySource canaries;
    private final WeightsHistory history;
    private final Map<String, Integer> byReviewer = new HashMap<>();
    private final Map<String, Integer> byTenant = new HashMap<>();
    private int labels;
    private boolean frozen;

    /**
     * @param experts in the order of {@link LearnedWeights}
     * @param canaries asked anew for each trial
     * @param history holds at least the version that was configured
     */
    public Cage(List<String> experts, CageSettings settings, CanarySource canaries, WeightsHistory history) {
        if (history.versions().isEmpty()) {
            throw new IllegalArgumentException("versions of the weights: none (expected: at least the configured one)");
        }
        this.experts = List.copyOf(experts);
        this.settings = settings;
        this.canaries = canaries;
        this.history = history;
    }

    public WeightsVersion current() {
        return history.versions().getLast();
    }

    /** Recorded streams to try weights on. */
    @FunctionalInterface
    public interface CanarySource {
        /** One for each policy whose thresholds are calibrated; none where there is nothing to judge by. */
        List<Canary> canaries();
    }

    /** Whether one label more of this reviewer and tenant counts before the next proposal; counts it if so. */
    public boolean admits(String tenant, String reviewer) {
        boolean admitted = byReviewer.getOrDefault(reviewer, 0) < settings.labelsPerReviewer()
                && byTenant.getOrDefault(tenant, 0) < settings.labelsPerTenant();
        if (admitted) {
            byReviewer.merge(reviewer, 1, Integer::sum);
            byTenant.merge(tenant, 1, Integer::sum);
            labels++;
        }
        return admitted;
    }

    /** Labels that still have to count before the next proposal. */
    public int labelsToGo() {
        return Math.max(0, settings.everyLabels() - labels);
    }

    /**
     * Counts labels from 0, and lets every reviewer and tenant be heard again. After so many labels as a proposal needs,
     * proposed or not: so that whoever learns them again, after a restart, admits the same ones.
     */
    public void beginAnew() {
        labels = 0;
        byReviewer.clear();
        byTenant.clear();
    }

    /** Nothing more is published by itself until {@link #thaw}; versions can still be rolled back. */
    public void freeze() {
        frozen = true;
    }

    public void thaw() {
        frozen = false;
    }

    public boolean isFrozen() {
        return frozen;
    }

    /** Publishes what was learned, if it is time and every check is passed. */
    public Outcome propose(LearnedWeights learned) throws MalformedTraceException {
        if (labelsToGo() > 0) {
            return new Refused(labels + " labels since the last proposal (expected: " + settings.everyLabels() + ")");
        }
        beginAnew();
        if (frozen) {
            return new Refused("frozen (expected: weir weights freeze --off)");
        }
        return publish(caged(learned), "learned from reviews");
    }

    /**
     * Gives an expert another configured weight for all categories, and so lets a shadow expert in; the rest of what was
     * learned stays.
     *
     * @param weight above 0, on the scale of the configured ones
     */
    public Outcome promote(String expert, double weight) throws MalformedTraceException {
        return publish(with(expert, weight), "promoted " + expert + " to " + weight);
    }

    /** What {@link #promote} would change, without doing it; empty where thresholds cannot be set. */
    public Map<String, Change> trialOfPromotion(String expert, double weight) throws MalformedTraceException {
        Map<String, Change> changes = new TreeMap<>();
        for (Canary canary : canaries.canaries()) {
            Optional<Canary.Trial> after = canary.trial(with(expert, weight));
            if (after.isPresent()) {
                changes.put(canary.policy().name(), new Change(before(canary), after.get()));
            }
        }
        return changes;
    }

    /** Puts a version in force again, as the newest one. */
    public WeightsVersion rollBackTo(long number, String why) {
        WeightsVersion again = version(number).again(current().number() + 1, why);
        history.append(again);
        return again;
    }

    /**
     * Puts the version before the current one in force again, or the first one when the current one was itself put back,
     * and freezes: what raised the alarm should be looked at before learning goes on.
     */
    public WeightsVersion rollBackOnAlarm() {
        List<WeightsVersion> versions = history.versions();
        WeightsVersion last = current();
        long target = last.restores() != 0 || versions.size() == 1
                ? versions.getFirst().number()
                : versions.get(versions.size() - 2).number();
        freeze();
        return rollBackTo(target, "too many false stops under version " + last.number());
    }

    private Outcome publish(Weights proposed, String why) throws MalformedTraceException {
        Map<String, Map<Category, Threshold>> thresholds = new TreeMap<>();
        Map<String, Change> changes = new TreeMap<>();
        List<Canary> tried = canaries.canaries();
        if (tried.isEmpty()) {
            return new Refused("no reviewed streams to try weights on, or a policy whose thresholds are not calibrated"
                    + " (expected: some, and none, or nothing shows what other weights would do)");
        }
        for (Canary canary : tried) {
            String name = canary.policy().name();
            Optional<Canary.Trial> trial = canary.trial(proposed);
            if (trial.isEmpty()) {
                return new Refused("policy " + name + ": " + canary.clean()
                        + " clean recorded streams (expected: about " + canary.neededClean()
                        + ", to set its thresholds for other weights)");
            }
            Canary.Trial before = before(canary);
            Canary.Trial after = trial.get();
            double shift = Canary.shift(after.thresholds(), first(canary));
            if (!(after.loss() <= before.loss())) { // nor when it is no number
                return new Refused("policy " + name + ": loss of " + after.loss()
                        + " nats on recorded streams (expected: at most " + before.loss() + ", as now)");
            }
            int allowed = Math.max(before.falseStops(), after.budgeted());
            if (after.falseStops() > allowed) {
                return new Refused("policy " + name + ": " + after.falseStops()
                        + " false stops of recorded streams (expected: at most " + allowed
                        + ", as now or as the budget allows)");
            }
            if (shift > settings.thresholdShift()) {
                return new Refused("policy " + name + ": a threshold " + shift
                        + " log-odds from the first (expected: at most " + settings.thresholdShift() + ")");
            }
            thresholds.put(name, after.thresholds());
            changes.put(name, new Change(before, after));
        }
        WeightsVersion version =
                new WeightsVersion(proposed, thresholds, 0, why, current().basis());
        history.append(version);
        return new Published(version, changes);
    }

    private Canary.Trial before(Canary canary) throws MalformedTraceException {
        return canary.judge(current().weights(), thresholds(current(), canary));
    }

    private static Map<Category, Threshold> thresholds(WeightsVersion version, Canary canary) {
        return version.inForce(canary.policy()).stopThresholds();
    }

    private Map<Category, Threshold> first(Canary canary) {
        return thresholds(history.versions().getFirst(), canary);
    }

    private WeightsVersion version(long number) {
        return history.versions().stream()
                .filter(version -> version.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("weights version " + number + " (expected: "
                        + history.versions().getFirst().number() + " to "
                        + current().number() + ")"));
    }

    private Weights with(String expert, double weight) {
        Weights now = current().weights();
        Map<String, Double> byExpert = new TreeMap<>(now.byExpert());
        byExpert.put(expert, weight);
        double before = configured(expert, now);
        double factor = before > 0 ? weight / before : 1;
        Map<String, Map<Category, Map<String, Double>>> byTenant = new TreeMap<>();
        now.byTenant().forEach((tenant, categories) -> byTenant.put(tenant, scaled(categories, expert, factor)));
        return new Weights(now.version() + 1, byExpert, scaled(now.byCategory(), expert, factor), byTenant);
    }

    /** What was learned of an expert keeps its distance from what is configured for it. */
    private static Map<Category, Map<String, Double>> scaled(
            Map<Category, Map<String, Double>> categories, String expert, double factor) {
        Map<Category, Map<String, Double>> scaled = new EnumMap<>(Category.class);
        categories.forEach((category, byExpert) -> {
            Map<String, Double> changed = new TreeMap<>(byExpert);
            changed.computeIfPresent(expert, (name, weight) -> weight * factor);
            scaled.put(category, changed);
        });
        return scaled;
    }

    private Weights caged(LearnedWeights learned) {
        Weights now = current().weights();
        Map<Category, Map<String, Double>> byCategory = new EnumMap<>(Category.class);
        byCategory.putAll(now.byCategory());
        for (Category category : learned.categories()) {
            byCategory.put(category, caged(learned.of(category), category, now));
        }
        Map<String, Map<Category, Map<String, Double>>> byTenant = new TreeMap<>(now.byTenant());
        for (String tenant : learned.tenants()) {
            Map<Category, Map<String, Double>> own = new EnumMap<>(Category.class);
            own.putAll(now.byTenant().getOrDefault(tenant, Map.of()));
            for (Category category : learned.categories(tenant)) {
                own.put(category, caged(learned.of(tenant, category), category, now.forTenant(tenant)));
            }
            byTenant.put(tenant, own);
        }
        return new Weights(now.version() + 1, now.byExpert(), byCategory, byTenant);
    }

    /** Each weight within the range of the configured one, and within a step of the one in force. */
    private Map<String, Double> caged(double[] learned, Category category, Weights now) {
        double configured = 0;
        double trust = 0; // of those that weigh anything: a shadow takes nothing from them
        for (int expert = 0; expert < experts.size(); expert++) {
            double base = configured(experts.get(expert), now);
            configured += base;
            trust += base > 0 ? learned[expert] : 0;
        }
        Map<String, Double> caged = new TreeMap<>();
        for (int expert = 0; expert < experts.size(); expert++) {
            String name = experts.get(expert);
            double base = configured(name, now);
            if (base > 0) {
                double ranged = within(learned[expert] / trust * configured, base, settings.range());
                double stepped = within(ranged, now.of(name, category), settings.step());
                caged.put(name, within(stepped, base, settings.range()));
            }
        }
        return caged;
    }

    private static double configured(String expert, Weights weights) {
        return weights.byExpert().getOrDefault(expert, Weights.DEFAULT);
    }

    private static double within(double weight, double around, double factor) {
        return Math.clamp(weight, around / factor, around * factor);
    }
}
