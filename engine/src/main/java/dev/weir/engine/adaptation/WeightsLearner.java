package dev.weir.engine.adaptation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.weir.engine.adaptation.Lessons.Lesson;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.EnsembleSupervisor;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.learning.Cage;
import dev.weir.engine.learning.Canary;
import dev.weir.engine.learning.FalseStopAlarm;
import dev.weir.engine.learning.LearnedWeights;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.MalformedTraceException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the reviews in the ledger and publishes what the cage lets out. What was learned is not stored anywhere: it
 * is what the reviews come to, label by label, and is rebuilt from them when the server starts or a reviewer takes back
 * what was said. May wait for a database: runs where that is allowed.
 */
public final class WeightsLearner extends AbstractBehavior<WeightsLearner.Command> {

    public sealed interface Command {}

    /** Look at the ledger; also to be told from outside, when one does not want to wait. */
    public record Poll() implements Command {}

    public record Show(CompletableFuture<WeightsReport> answer) implements Command {}

    public record History(CompletableFuture<List<WeightsVersion>> answer) implements Command {}

    /** What is known about each policy with a budget that decided a stream, as of the last look at the ledger. */
    public record Certify(CompletableFuture<List<CertificateReport>> answer) implements Command {}

    public record Freeze(boolean frozen, CompletableFuture<WeightsReport> answer) implements Command {}

    /** Fails with {@link IllegalArgumentException} when there is no such version. */
    public record RollBack(long version, CompletableFuture<WeightsReport> answer) implements Command {}

    /** Fails with {@link IllegalArgumentException} when there is no such expert, or the weight is none. */
    public record Promote(String expert, double weight, boolean onlyTried, CompletableFuture<PromotionReport> answer)
            implements Command {}

    /**
     * Learn on top of other policies from now on, beginning with the weights of their history.
     *
     * @param inForce completed when streams that open are decided with those
     */
    public record Rebase(
            Map<String, StopThresholds> policies,
            StopRuleSettings rule,
            LedgerHistory history,
            CompletableFuture<Void> inForce)
            implements Command {}

    /**
     * What the learner works with.
     *
     * @param experts that vote on replies, with their configured weights, in the order of all votes
     * @param policies with their thresholds as configured, by name
     * @param rule by which a reply's deciding token is found
     * @param node this server, among those that share the ledger
     * @param ensemble is told of each new version
     */
    public record Setup(
            AdaptationSettings settings,
            Map<String, Double> experts,
            Map<String, StopThresholds> policies,
            StopRuleSettings rule,
            LedgerHistory history,
            Ledger ledger,
            String node,
            ActorRef<EnsembleSupervisor.Command> ensemble,
            Telemetry telemetry,
            Clock clock) {

        public Setup {
            experts = new LinkedHashMap<>(experts);
        }

        private Setup on(Rebase rebase) {
            return new Setup(
                    settings,
                    experts,
                    rebase.policies(),
                    rebase.rule(),
                    rebase.history(),
                    ledger,
                    node,
                    ensemble,
                    telemetry,
                    clock);
        }
    }

    /** An expert begins with at least this share of the trust, or nothing could be learned about a shadow. */
    private static final double LEAST_SHARE = 0.01;

    private static final int IN_FORCE_SECONDS = 10;
    private static final double MOST_WEIGHT = 1_000;

    private final AtomicReference<Setup> latest;
    private final Setup setup;
    private final List<String> experts;
    private final Cage cage;
    private final ReviewedStops stops;
    private Map<String, FalseStopAlarm> alarms = Map.of();
    private final Set<String> learnedFrom = new HashSet<>();
    private LearnedWeights learned;
    private @Nullable LedgerReader reader;
    private @Nullable String lastProposal;
    private long after;
    private long labels;
    private long ignored;
    private boolean failing;
    private boolean again;
    private @Nullable FreezeSwitch frozen; // null before anybody touched it
    private volatile long version;
    /** Frozen, for the metrics. */
    private volatile boolean standsStill;
    /** Frozen by an alarm, for the metrics. */
    private volatile boolean alarmed;

    public static Behavior<Command> create(Setup setup) {
        return on(new AtomicReference<>(setup));
    }

    /** @param latest that it works with, also when it is started again after a failure */
    private static Behavior<Command> on(AtomicReference<Setup> latest) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Setup setup = Objects.requireNonNull(latest.get());
            timers.startTimerWithFixedDelay(
                    new Poll(), Duration.ZERO, setup.settings().pollInterval());
            return new WeightsLearner(context, setup, latest);
        }));
    }

    private WeightsLearner(ActorContext<Command> context, Setup setup, AtomicReference<Setup> latest) {
        super(context);
        this.latest = latest;
        this.setup = setup;
        this.experts = List.copyOf(setup.experts().keySet());
        this.learned = nothingLearned();
        this.cage = new Cage(experts, setup.settings().cage(), this::canaries, setup.history());
        this.version = cage.current().number();
        this.stops = new ReviewedStops(setup.policies(), setup.telemetry());
        readSwitch();
        setup.telemetry().gauge(Metric.WEIGHTS_VERSION, () -> version);
        setup.telemetry().gauge(Metric.LEARNING_FROZEN, () -> standsStill ? 1 : 0);
        setup.telemetry().gauge(Metric.LEARNING_ALARM, () -> alarmed ? 1 : 0);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Poll.class, poll -> onPoll())
                .onMessage(Show.class, this::onShow)
                .onMessage(History.class, this::onHistory)
                .onMessage(Certify.class, this::onCertify)
                .onMessage(Freeze.class, this::onFreeze)
                .onMessage(RollBack.class, this::onRollBack)
                .onMessage(Promote.class, this::onPromote)
                .onMessage(Rebase.class, this::onRebase)
                .onSignal(PostStop.class, stopped -> onStopped())
                .build();
    }

    private Behavior<Command> onRebase(Rebase rebase) {
        closeReader();
        latest.set(setup.on(rebase));
        setup.ensemble()
                .tell(new EnsembleSupervisor.Weigh(rebase.history().versions().getLast(), rebase.inForce()));
        return on(latest);
    }

    private Behavior<Command> onPoll() {
        try {
            keepDefined();
            reader().reviewed(after, this::take);
            if (again) {
                learnAgain();
                again = false;
            }
            stops.read(reader(), version);
            heedAlarms();
            failing = false;
        } catch (UncheckedIOException e) {
            closeReader();
            again = true; // a label may have been left out
            if (!failing) {
                failing = true;
                getContext()
                        .getLog()
                        .error("what was learned stands still until the ledger can be read: {}", reason(e));
            }
        }
        return this;
    }

    private void take(long sequence, ReviewedDecision decision) {
        after = sequence;
        again |= learnedFrom.contains(decision.receipt().id());
        learn(decision, sequence > setup.history().openedAt() && !again);
    }

    /** A ledger that could not be written loses what it was given; these two it must have. Equal ones it keeps once. */
    private void keepDefined() {
        setup.ledger().define(Definitions.of(cage.current()));
        if (frozen != null) {
            setup.ledger().define(frozen.definition(setup.node()));
        }
    }

    private static String reason(UncheckedIOException e) {
        return String.valueOf(e.getMessage());
    }

    /** A reviewer took back what was learned from, or another joined in: all labels are learned as they stand now. */
    private void learnAgain() {
        learned = nothingLearned();
        learnedFrom.clear();
        labels = 0;
        ignored = 0;
        cage.beginAnew();
        reader().reviewed(0, (sequence, decision) -> {
            if (sequence <= after) { // the rest is news, for the next look
                learn(decision, false);
            }
        });
    }

    /** @param proposing whether a proposal may follow; not from what is learned once more */
    private void learn(ReviewedDecision decision, boolean proposing) {
        Optional<Lesson> lesson = new Lessons(reader(), experts, setup.rule()).of(decision);
        learnedFrom.add(decision.receipt().id());
        if (lesson.filter(this::isAdmitted).isEmpty()) {
            ignored++;
            return;
        }
        Lesson taught = lesson.get();
        learned.learn(
                learned.cast(taught.tenant(), taught.category(), taught.ballot()),
                taught.harmful(),
                taught.probability());
        labels++;
        if (cage.labelsToGo() == 0) {
            if (proposing) {
                propose();
            } else {
                cage.beginAnew();
            }
        }
    }

    /** Whether any of those who agree may still be heard. */
    private boolean isAdmitted(Lesson lesson) {
        return lesson.reviewers().stream().anyMatch(reviewer -> cage.admits(lesson.tenant(), reviewer));
    }

    private void propose() {
        try {
            lastProposal = outcome(cage.propose(learned));
        } catch (MalformedTraceException e) {
            lastProposal = String.valueOf(e.getMessage());
        }
        getContext().getLog().info("learned weights: {}", lastProposal);
    }

    private String outcome(Cage.Outcome outcome) {
        return switch (outcome) {
            case Cage.Published published -> {
                publish();
                yield "published as version " + published.version().number();
            }
            case Cage.Refused refused -> refused.reason();
        };
    }

    private void publish() {
        version = cage.current().number();
        alarms = Map.of();
        CompletableFuture<Void> inForce = new CompletableFuture<>();
        setup.ensemble().tell(new EnsembleSupervisor.Weigh(cage.current(), inForce));
        try {
            inForce.orTimeout(IN_FORCE_SECONDS, TimeUnit.SECONDS).join(); // so that no order is answered before
        } catch (CompletionException e) {
            getContext().getLog().warn("version {} is not in force after {} s", version, IN_FORCE_SECONDS);
        }
    }

    private void heedAlarms() {
        alarms = stops.alarms(version, setup.settings().alarmAt());
        for (Map.Entry<String, FalseStopAlarm> alarm : alarms.entrySet()) {
            boolean heeded = frozen != null && frozen.heeded() == version;
            if (alarm.getValue().sounds() && !heeded) {
                onAlarm(alarm.getKey());
                return;
            }
        }
    }

    private void onAlarm(String policy) {
        long first = setup.history().versions().getFirst().number();
        long before = version;
        if (before == first || cage.current().restores() == first) {
            lastProposal = "policy " + policy + " stops too many wrongly under the configured weights; frozen";
        } else {
            cage.rollBackOnAlarm();
            publish();
            lastProposal = "policy " + policy + " stopped too many wrongly under version " + before + "; version "
                    + cage.current().restores() + " is back as " + version + ", frozen";
        }
        setFrozen(true, before);
        getContext().getLog().warn("learned weights: {}", lastProposal);
    }

    private Behavior<Command> onShow(Show show) {
        show.answer().complete(report());
        return this;
    }

    private Behavior<Command> onHistory(History history) {
        history.answer().complete(setup.history().versions());
        return this;
    }

    private Behavior<Command> onCertify(Certify certify) {
        certify.answer().complete(stops.reports());
        return this;
    }

    private Behavior<Command> onFreeze(Freeze freeze) {
        setFrozen(freeze.frozen(), alarms.values().stream().anyMatch(FalseStopAlarm::sounds) ? version : 0);
        freeze.answer().complete(report());
        return this;
    }

    private Behavior<Command> onRollBack(RollBack order) {
        try {
            cage.rollBackTo(order.version(), "rolled back to version " + order.version() + " by an operator");
            publish();
            order.answer().complete(report());
        } catch (IllegalArgumentException e) {
            order.answer().completeExceptionally(e);
        }
        return this;
    }

    private Behavior<Command> onPromote(Promote order) {
        try {
            order.answer().complete(promoted(order));
        } catch (IllegalArgumentException | MalformedTraceException | UncheckedIOException e) {
            order.answer().completeExceptionally(e);
        }
        return this;
    }

    private PromotionReport promoted(Promote order) throws MalformedTraceException {
        if (!experts.contains(order.expert())) {
            throw new IllegalArgumentException("expert " + order.expert() + " (expected: one of " + experts + ")");
        }
        if (!(order.weight() > 0 && order.weight() <= MOST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "weight " + order.weight() + " (expected: above 0, at most " + MOST_WEIGHT + ")");
        }
        if (order.onlyTried()) {
            return new PromotionReport(null, null, changes(cage.trialOfPromotion(order.expert(), order.weight())));
        }
        return switch (cage.promote(order.expert(), order.weight())) {
            case Cage.Published published -> {
                publish();
                yield new PromotionReport(published.version().number(), null, changes(published.changes()));
            }
            case Cage.Refused refused -> new PromotionReport(null, refused.reason(), Map.of());
        };
    }

    private static Map<String, PromotionReport.Change> changes(Map<String, Cage.Change> byPolicy) {
        Map<String, PromotionReport.Change> changes = new TreeMap<>();
        byPolicy.forEach((policy, change) -> changes.put(
                policy,
                new PromotionReport.Change(
                        PromotionReport.Trial.of(change.before()), PromotionReport.Trial.of(change.after()))));
        return changes;
    }

    private Behavior<Command> onStopped() {
        closeReader();
        return this;
    }

    private WeightsReport report() {
        return WeightsReport.of(
                cage.current(),
                cage.isFrozen(),
                labels,
                ignored,
                cage.labelsToGo(),
                lastProposal,
                evidence(),
                setup.settings().alarmAt());
    }

    /**
     * Written down, so that a server that starts again knows.
     *
     * @param heeded version whose alarm is known and need not freeze again; 0 for none
     */
    private void setFrozen(boolean on, long heeded) {
        frozen = new FreezeSwitch(on, heeded, setup.clock().millis());
        applyFreeze(on);
        setup.ledger().define(frozen.definition(setup.node()));
    }

    private void applyFreeze(boolean on) {
        if (on) {
            cage.freeze();
        } else {
            cage.thaw();
        }
        standsStill = on;
        alarmed = on && frozen != null && frozen.heeded() != 0;
    }

    private Map<String, Double> evidence() {
        Map<String, Double> evidence = new TreeMap<>();
        alarms.forEach((policy, alarm) -> evidence.put(policy, alarm.evidence()));
        return evidence;
    }

    private void readSwitch() {
        try {
            frozen = FreezeSwitch.read(reader(), setup.node());
            applyFreeze(frozen == null ? setup.settings().frozen() : frozen.on());
        } catch (UncheckedIOException e) {
            closeReader();
            applyFreeze(true); // what cannot be read may have been a freeze
        }
    }

    private List<Canary> canaries() {
        return ReviewedStreams.canaries(
                reader(), setup.policies().values(), setup.settings().canaryStreams());
    }

    private LearnedWeights nothingLearned() {
        double sum = setup.experts().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        List<Double> raised = setup.experts().values().stream()
                .map(weight -> Math.max(weight, LEAST_SHARE * sum))
                .toList();
        double raisedSum = raised.stream().mapToDouble(Double::doubleValue).sum();
        return new LearnedWeights(
                raised.stream().map(weight -> weight / raisedSum).toList(),
                setup.settings().learning());
    }

    private LedgerReader reader() {
        LedgerReader open = reader == null ? setup.ledger().reader() : reader;
        reader = open;
        return open;
    }

    private void closeReader() {
        LedgerReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (UncheckedIOException e) {
                getContext().getLog().debug("a connection to the ledger did not close", e);
            }
        }
    }
}
