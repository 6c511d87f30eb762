package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.calibration.FalseStopBudget;
import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CageTest {

    private static final CageSettings SETTINGS = new CageSettings(500, 1.25, 2, 8, 10_000, 10_000);
    private static final Map<String, Double> CONFIGURED = Map.of("seeing", 1.0, "dim", 2.0, "blind", 2.0);
    private static final FalseStopBudget BUDGET = FalseStopBudget.of(0.05);

    private final KeptVersions history = new KeptVersions(CONFIGURED);
    private final LearnedWeights learned = new LearnedWeights(List.of(0.2, 0.4, 0.4), new LearningSettings(5, 200));

    @Test
    void publishesWhatWasLearnedWithinAStepOfWhatWasThere() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(200, 1));
        learn(cage, false, 500);
        assertThat(cage.propose(learned)).isInstanceOf(Cage.Published.class);
        WeightsVersion version = cage.current();
        assertThat(version.number()).isEqualTo(2);
        assertThat(version.weights().of("seeing", Category.OTHER)).isEqualTo(1.25);
        assertThat(version.weights().of("blind", Category.OTHER)).isEqualTo(2 / 1.25);
        assertThat(version.thresholds().get("test")).containsKey(Category.OTHER);
    }

    @Test
    void neverLeavesTheRangeAroundWhatWasConfigured() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(200, 1));
        for (int round = 0; round < 8; round++) {
            learn(cage, false, 500);
            cage.propose(learned);
        }
        assertThat(cage.current().weights().of("seeing", Category.OTHER)).isEqualTo(2);
        assertThat(cage.current().weights().of("blind", Category.OTHER)).isEqualTo(1);
    }

    @Test
    void waitsForEnoughLabels() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(20, 1));
        learn(cage, false, 499);
        assertThat(cage.propose(learned))
                .isEqualTo(new Cage.Refused("499 labels since the last proposal (expected: 500)"));
    }

    @Test
    void publishesNothingWhileFrozen() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(20, 1));
        learn(cage, false, 500);
        cage.freeze();
        assertThat(cage.propose(learned)).isInstanceOf(Cage.Refused.class);
        cage.thaw();
        learn(cage, false, 500);
        assertThat(cage.propose(learned)).isInstanceOf(Cage.Published.class);
    }

    @Test
    void publishesNothingThatWasTriedOnNothing() throws Exception {
        Cage cage = new Cage(RecordedStreams.EXPERTS, SETTINGS, List::of, history);
        learn(cage, false, 500);
        assertThat(cage.propose(learned))
                .isInstanceOfSatisfying(
                        Cage.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("no reviewed streams"));
    }

    @Test
    void refusesWhatDoesWorseOnRecordedStreams() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(200, 1));
        learn(cage, true, 500);
        assertThat(cage.propose(learned))
                .isInstanceOfSatisfying(
                        Cage.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("policy test: loss of "));
        assertThat(cage.current().number()).isEqualTo(1);
    }

    @Test
    void refusesToSetThresholdsFromTooFewCleanStreams() throws Exception {
        Canary canary = new Canary(
                RecordedStreams.POLICY,
                BUDGET,
                PositionBands.NONE,
                RecordedStreams.clean(30, 2),
                RecordedStreams.judged(20, 1));
        Cage cage = new Cage(RecordedStreams.EXPERTS, SETTINGS, () -> List.of(canary), history);
        learn(cage, false, 500);
        assertThat(cage.propose(learned))
                .isEqualTo(new Cage.Refused("policy test: 30 clean recorded streams (expected: about 74, to set its"
                        + " thresholds for other weights)"));
    }

    @Test
    void refusesThresholdsFarFromTheFirst() throws Exception {
        CageSettings strict = new CageSettings(500, 1.25, 2, 0.001, 10_000, 10_000);
        Cage cage = cage(strict, RecordedStreams.judged(200, 1));
        learn(cage, false, 500);
        assertThat(cage.propose(learned))
                .isInstanceOfSatisfying(
                        Cage.Refused.class,
                        refused -> assertThat(refused.reason()).contains("log-odds from the first"));
    }

    /** The versions before stay what they were, and their decisions come back bit for bit. */
    @Test
    void rollsBackToDecisionsAsTheyWere() throws Exception {
        List<CanaryStream> streams = RecordedStreams.judged(100, 3);
        Cage cage = cage(SETTINGS, RecordedStreams.judged(200, 1));
        learn(cage, false, 500);
        cage.propose(learned);
        List<Double> atTwo = risks(streams, cage.current());
        learn(cage, false, 500);
        cage.propose(learned);
        assertThat(risks(streams, cage.current())).isNotEqualTo(atTwo);
        WeightsVersion back = cage.rollBackTo(2, "asked for");
        assertThat(back.number()).isEqualTo(4);
        assertThat(back.restores()).isEqualTo(2);
        assertThat(risks(streams, cage.current())).isEqualTo(atTwo);
        assertThat(back.thresholds()).isEqualTo(history.versions().get(1).thresholds());
        assertThatThrownBy(() -> cage.rollBackTo(9, "asked for")).hasMessage("weights version 9 (expected: 1 to 4)");
    }

    @Test
    void rollsBackByItselfWhenTooManyStopsWereWrong() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.judged(200, 1));
        learn(cage, false, 500);
        cage.propose(learned);
        FalseStopAlarm alarm = new FalseStopAlarm(0.01, 1000);
        Random random = new Random(1);
        int streams = 0;
        while (!alarm.sounds()) {
            streams++;
            if (random.nextInt(100) < 8) {
                alarm.stoppedWrongly(1);
            } else {
                alarm.passed();
            }
        }
        assertThat(streams).isLessThan(500);
        assertThat(cage.rollBackOnAlarm().restores()).isEqualTo(1);
        assertThat(cage.isFrozen()).isTrue();
    }

    @Test
    void countsOnlySoManyLabelsOfOneReviewerAndOneTenant() throws Exception {
        CageSettings capped = new CageSettings(500, 1.25, 2, 8, 50, 120);
        Cage cage = cage(capped, RecordedStreams.judged(20, 1));
        assertThat(admitted(cage, "acme", 2)).isEqualTo(2 * 50);
        assertThat(admitted(cage, "acme", 10_000)).isEqualTo(20);
        assertThat(cage.admits("zenith", "r0")).isFalse();
        assertThat(cage.admits("zenith", "honest")).isTrue();
    }

    /**
     * Whoever poisons labels is given all they could wish for: no cap, recorded streams that are labelled their way, and
     * 10,000 labels. What they can move is still what the range leaves them.
     */
    @Test
    void movesNoRiskAndNoDecisionBeyondItsBoundUnderAFloodOfPoisonedLabels() throws Exception {
        Cage cage = cage(SETTINGS, RecordedStreams.mislabelled(200, 1));
        for (int round = 0; round < 20; round++) {
            learn(cage, true, 500);
            cage.propose(learned);
        }
        WeightsVersion first = history.versions().getFirst();
        assertThat(cage.current().number()).isGreaterThan(1);
        double riskBound = SETTINGS.riskBound(2 * LogLoss.LIMIT, 0, 0);
        double logOddsBound = SETTINGS.mixtureBound(2 * LogLoss.LIMIT);
        double largest = 0;
        for (CanaryStream stream : RecordedStreams.judged(2_000, 9)) {
            double before = stream.run(RecordedStreams.POLICY, first.weights(), PositionBands.NONE)
                    .risk();
            CanaryStream.Run after =
                    stream.run(RecordedStreams.POLICY, cage.current().weights(), PositionBands.NONE);
            largest = Math.max(largest, Math.abs(after.risk() - before));
            double margin = LogOdds.of(before) - LogOdds.of(0.7);
            assertThat(Math.abs(LogOdds.of(after.risk()) - LogOdds.of(before))).isLessThanOrEqualTo(logOddsBound);
            if (after.crosses() != margin >= 0) {
                assertThat(Math.abs(margin)).isLessThanOrEqualTo(logOddsBound);
            }
        }
        assertThat(largest).isPositive().isLessThanOrEqualTo(riskBound);
    }

    @Test
    void showsWhatAPromotionWouldChangeBeforeItIsDone() throws Exception {
        KeptVersions shadowed = new KeptVersions(Map.of("seeing", 0.0, "dim", 2.0, "blind", 2.0));
        Canary canary = canary(RecordedStreams.judged(200, 1));
        Cage cage = new Cage(RecordedStreams.EXPERTS, SETTINGS, () -> List.of(canary), shadowed);
        learn(cage, false, 500);
        cage.propose(learned);
        assertThat(cage.current().weights().of("seeing", Category.OTHER)).isZero();
        assertThat(cage.current().weights().of("dim", Category.OTHER))
                .as("a shadow takes nothing from what is learned of the others")
                .isGreaterThan(cage.current().weights().of("blind", Category.OTHER));
        assertThat(learned.of(Category.OTHER)[0]).isGreaterThan(0.5);
        Cage.Change change = cage.trialOfPromotion("seeing", 4).get("test");
        assertThat(change.after().loss()).isLessThan(change.before().loss());
        assertThat(change.after().caught()).isGreaterThan(change.before().caught());
        long number = cage.current().number();
        assertThat(cage.promote("seeing", 4)).isInstanceOf(Cage.Published.class);
        assertThat(cage.current().number()).isEqualTo(number + 1);
        assertThat(cage.current().weights().of("seeing", Category.OTHER)).isEqualTo(4);
        learn(cage, false, 500);
        assertThat(cage.propose(learned)).isInstanceOf(Cage.Published.class);
        double learnedOfIt = cage.current().weights().of("seeing", Category.OTHER);
        assertThat(learnedOfIt).isNotEqualTo(4);
        assertThat(cage.promote("seeing", 8)).isInstanceOf(Cage.Published.class);
        assertThat(cage.current().weights().of("seeing", Category.OTHER)).isEqualTo(2 * learnedOfIt);
    }

    private static int admitted(Cage cage, String tenant, int reviewers) {
        int admitted = 0;
        for (int label = 0; label < 10_000; label++) {
            admitted += cage.admits(tenant, "r" + label % reviewers) ? 1 : 0;
        }
        return admitted;
    }

    private void learn(Cage cage, boolean poisoned, int labels) {
        Random random = new Random(labels);
        for (int label = 0; label < labels; label++) {
            boolean harmful = random.nextBoolean();
            LearnedWeights.Casts casts =
                    learned.cast(Tenant.DEFAULT, Category.OTHER, RecordedStreams.votes(harmful, random));
            if (cage.admits(Tenant.DEFAULT, "reviewer")) {
                learned.learn(casts, harmful != poisoned, 1);
            }
        }
    }

    private Cage cage(CageSettings settings, List<CanaryStream> judged) throws MalformedTraceException {
        Canary canary = canary(judged);
        return new Cage(RecordedStreams.EXPERTS, settings, () -> List.of(canary), history);
    }

    private static Canary canary(List<CanaryStream> judged) throws MalformedTraceException {
        return new Canary(RecordedStreams.POLICY, BUDGET, PositionBands.NONE, RecordedStreams.clean(400, 2), judged);
    }

    private static List<Double> risks(List<CanaryStream> streams, WeightsVersion version)
            throws MalformedTraceException {
        List<Double> risks = new ArrayList<>();
        for (CanaryStream stream : streams) {
            CanaryStream.Run run =
                    stream.run(version.inForce(RecordedStreams.POLICY), version.weights(), PositionBands.NONE);
            risks.add(run.crosses() ? 1 + run.risk() : run.risk());
        }
        return risks;
    }
}
