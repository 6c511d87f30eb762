package dev.weir.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.models.Category;
import dev.weir.models.Rule;
import dev.weir.models.Vote;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeciderTest {

    private static final Policy POLICY = new Policy(
            "test",
            1,
            Mode.GATE,
            true,
            true,
            List.of("required"),
            Map.of(
                    Category.OTHER, new CategoryRule(Action.STOP, 0.9, 0.7),
                    Category.HATE, new CategoryRule(Action.STOP, 0.95, 0.9),
                    Category.PROFANITY, new CategoryRule(Action.FLAG, 0.6, 0.6),
                    Category.PRIVACY, new CategoryRule(Action.REDACT, 0.95, 0.9)),
            new StopRuleSettings(4, 40, 0.5, 10, 0.02),
            new HoldSettings(0.3, 8),
            new PromptRule(0.5, 0.9, 0.1),
            "stopped");

    private final Recorded recorded = new Recorded();

    @Test
    void stopsWhereARequiredExpertCannotReadTheLanguage() {
        Decider decider = decider(Mode.GATE);
        decider.onUnread(List.of("other"), 64);
        assertThat(decider.isStopped()).isFalse();
        decider.onUnread(List.of("other", "required"), 128);
        assertThat(recorded.stops).singleElement().satisfies(stop -> {
            assertThat(stop.category()).isEqualTo(Category.UNSCORED);
            assertThat(stop.at()).isEqualTo(128);
        });
    }

    @Test
    void neverStopsInMonitorModeWhatCannotBeRead() {
        Decider decider = decider(Mode.MONITOR);
        decider.onUnread(List.of("required"), 128);
        assertThat(decider.isStopped()).isFalse();
    }

    @Test
    void stopsWhenTheRunningRiskReachesTheThreshold() {
        Decider decider = decider(Mode.GATE);
        feed(decider, Category.OTHER, 5, 0, 40);
        assertThat(recorded.stops).hasSize(1);
        assertThat(recorded.stops.getFirst().category()).isEqualTo(Category.OTHER);
        assertThat(decider.action()).isEqualTo(Action.STOP);
    }

    /** From the 20th token on a lower risk stops: what counts is where the text is, not how long it becomes. */
    @Test
    void takesTheThresholdOfThePositionReached() {
        Threshold falling = new Threshold(new PositionBands(List.of(20)), List.of(0.999, 0.6));
        Decider decider =
                new Decider(POLICY.withStopThresholds(Map.of(Category.OTHER, falling)), Mode.GATE, 0, recorded);
        feed(decider, Category.OTHER, 1, 0, 40);
        assertThat(decider.crossedAtToken()).isEqualTo(20);
    }

    /** Stricter never unblocks: what a looser preset stops, a stricter one stops too, no later. */
    @Property(tries = 200)
    void aStricterPresetStopsNoLater(
            @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = -3, max = 7) Double> logOdds,
            @ForAll Strictness one,
            @ForAll Strictness other) {
        int strict = crossing(logOdds, one.compareTo(other) < 0 ? one : other);
        int loose = crossing(logOdds, one.compareTo(other) < 0 ? other : one);
        if (loose >= 0) {
            assertThat(strict).isBetween(0, loose);
        }
    }

    /** The same of thresholds in general, calibrated ones among them: lower ones stop no later. */
    @Property(tries = 200)
    void lowerThresholdsStopNoLater(
            @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = -3, max = 7) Double> logOdds,
            @ForAll @Size(2) List<@DoubleRange(min = 0.01, max = 0.99) Double> low,
            @ForAll @Size(2) List<@DoubleRange(min = 0, max = 1) Double> higherBy) {
        PositionBands bands = new PositionBands(List.of(30));
        Threshold strict = new Threshold(bands, low);
        Threshold loose =
                new Threshold(bands, List.of(raised(low.get(0), higherBy.get(0)), raised(low.get(1), higherBy.get(1))));
        int looseStop = crossing(logOdds, POLICY.withStopThresholds(Map.of(Category.OTHER, loose)));
        if (looseStop >= 0) {
            assertThat(crossing(logOdds, POLICY.withStopThresholds(Map.of(Category.OTHER, strict))))
                    .isBetween(0, looseStop);
        }
    }

    @Test
    void doesNotStopForOneLoudToken() {
        Decider decider = decider(Mode.GATE);
        feed(decider, Category.OTHER, -5, 0, 20);
        feed(decider, Category.OTHER, 7, 20, 21);
        feed(decider, Category.OTHER, -5, 21, 40);
        assertThat(recorded.stops).isEmpty();
    }

    @Test
    void paddingDoesNotWashHarmOut() {
        Decider decider = decider(Mode.GATE);
        for (int round = 0; round < 12 && !decider.isStopped(); round++) {
            feed(decider, Category.OTHER, 6, round * 12, round * 12 + 6);
            if (!decider.isStopped()) {
                feed(decider, Category.OTHER, -1, round * 12 + 6, round * 12 + 12);
            }
        }
        assertThat(recorded.stops).hasSize(1);
    }

    @Test
    void reportsTheOnsetWhereTheHarmBegan() {
        Decider decider = decider(Mode.GATE);
        feed(decider, Category.OTHER, -4, 0, 30);
        feed(decider, Category.OTHER, 6, 30, 60);
        assertThat(Position.codePoints(recorded.stops.getFirst().onset())).isEqualTo(30 * 5);
    }

    @Test
    void namesTheChildThatExplainsTheParent() {
        Decider decider = decider(Mode.GATE);
        double[] votes = nobody();
        votes[Category.OTHER.ordinal()] = 6;
        votes[Category.HATE.ordinal()] = 1.5;
        for (int token = 0; token < 60 && !decider.isStopped(); token++) {
            decider.onToken(Position.of(token, token), Position.of(token + 1, token + 1), votes);
        }
        assertThat(recorded.stops.getFirst().category()).isEqualTo(Category.HATE);
    }

    @Test
    void monitorNeverActsButSaysWhereItWouldHaveStopped() {
        Decider decider = decider(Mode.MONITOR);
        feed(decider, Category.OTHER, 5, 0, 60);
        assertThat(recorded.stops).isEmpty();
        assertThat(recorded.flags).hasSize(1);
        assertThat(decider.crossedAtToken()).isBetween(1, 40);
    }

    @Test
    void reportsARiseOnceAndAgainOnlyAfterItFell() {
        Decider decider = decider(Mode.STREAM);
        feed(decider, Category.PROFANITY, 3, 0, 40);
        assertThat(recorded.flags).hasSize(1);
        feed(decider, Category.PROFANITY, -7, 40, 300);
        feed(decider, Category.PROFANITY, 3, 300, 400);
        assertThat(recorded.flags).hasSize(2);
    }

    @Test
    void redactsASecretInGateModeAndFlagsItLateInStreamMode() {
        decider(Mode.GATE).onMatch(card(), Position.of(5, 5), Position.of(21, 21));
        assertThat(recorded.redactions).hasSize(1);
        assertThat(recorded.redactions.getFirst().replacement()).isEqualTo("[card number]");

        Recorded seen = new Recorded();
        new Decider(POLICY, Mode.STREAM, 0, seen).onMatch(card(), Position.of(5, 5), Position.of(21, 21));
        assertThat(seen.redactions).isEmpty();
        assertThat(seen.flags)
                .singleElement()
                .satisfies(flag -> assertThat(flag.late()).isTrue());
    }

    @Test
    void releasesEverythingScoredWhileTheRiskIsLow() {
        Decider decider = decider(Mode.GATE);
        feed(decider, Category.OTHER, -5, 0, 10);
        assertThat(decider.releasable(Position.of(50, 50))).isEqualTo(Position.of(50, 50));
    }

    @Test
    void holdsTheLastTokensBackWhileTheRiskIsRaised() {
        Decider decider = decider(Mode.GATE);
        feed(decider, Category.OTHER, 1, 0, 30);
        assertThat(decider.risk()).isBetween(0.3, 0.9);
        long scored = Position.of(150, 150);
        assertThat(decider.releasable(scored)).isLessThan(scored);
        assertThat(Position.codePoints(decider.releasable(scored))).isGreaterThanOrEqualTo(150 - 8 * 5);
    }

    @Test
    void aPromptRaisesTheRiskAndNeverLowersIt() {
        assertThat(POLICY.prompt().carriedLogOdds(0.01)).isZero();
        assertThat(POLICY.prompt().carriedLogOdds(0.99)).isPositive();
    }

    /** Law 3: what is decided follows from votes and policy alone. */
    @Property(tries = 200)
    void theSameVotesGiveTheSameDecisionsBitForBit(
            @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = -7, max = 7) Double> logOdds) {
        Recorded first = new Recorded();
        Recorded second = new Recorded();
        double firstRisk = replay(logOdds, first);
        double secondRisk = replay(logOdds, second);
        assertThat(Double.doubleToRawLongBits(firstRisk)).isEqualTo(Double.doubleToRawLongBits(secondRisk));
        assertThat(first).usingRecursiveComparison().isEqualTo(second);
    }

    /** Law 2: a decision does not look ahead, so a prefix is decided the same whatever follows. */
    @Property(tries = 200)
    void whatFollowsDoesNotChangeWhatWasDecided(
            @ForAll @Size(min = 2, max = 100) List<@DoubleRange(min = -7, max = 7) Double> logOdds) {
        Recorded whole = new Recorded();
        Recorded half = new Recorded();
        replay(logOdds, whole);
        replay(logOdds.subList(0, logOdds.size() / 2), half);
        assertThat(whole.flags.subList(0, half.flags.size())).isEqualTo(half.flags);
        assertThat(whole.stops.subList(0, half.stops.size())).isEqualTo(half.stops);
    }

    private static double replay(List<Double> logOdds, Recorded into) {
        Decider decider = new Decider(POLICY, Mode.GATE, 0, into);
        for (int token = 0; token < logOdds.size() && !decider.isStopped(); token++) {
            double[] votes = nobody();
            votes[Category.OTHER.ordinal()] = Vote.logOdds(Vote.ofLogOdds(logOdds.get(token)));
            decider.onToken(Position.of(token, token), Position.of(token + 1, token + 1), votes);
        }
        return decider.risk();
    }

    private static double raised(double risk, double by) {
        return risk + by * (1 - risk);
    }

    private static int crossing(List<Double> logOdds, Strictness strictness) {
        Threshold typed = POLICY.rule(Category.OTHER).threshold();
        return crossing(logOdds, POLICY.withStopThresholds(Map.of(Category.OTHER, strictness.shifted(typed))));
    }

    /** The token at which the text is stopped; -1 never. */
    private static int crossing(List<Double> logOdds, Policy policy) {
        Decider decider = new Decider(policy, Mode.GATE, 0, DecisionSink.IGNORED);
        for (int token = 0; token < logOdds.size() && !decider.isStopped(); token++) {
            double[] votes = nobody();
            votes[Category.OTHER.ordinal()] = Vote.logOdds(Vote.ofLogOdds(logOdds.get(token)));
            decider.onToken(Position.of(token, token), Position.of(token + 1, token + 1), votes);
        }
        return decider.crossedAtToken();
    }

    private Decider decider(Mode mode) {
        return new Decider(POLICY, mode, 0, recorded);
    }

    /** Tokens of five code points each. */
    private static void feed(Decider decider, Category category, double logOdds, int from, int to) {
        double[] votes = nobody();
        votes[category.ordinal()] = logOdds;
        for (int token = from; token < to && !decider.isStopped(); token++) {
            decider.onToken(Position.of(token * 5, token * 5), Position.of(token * 5 + 5, token * 5 + 5), votes);
        }
    }

    private static double[] nobody() {
        double[] votes = new double[Category.values().length];
        Arrays.fill(votes, Double.NaN);
        return votes;
    }

    private static Rule card() {
        return new Rule("card", Category.PRIVACY, Vote.ofProbability(0.99), "[card number]", 40);
    }

    private static final class Recorded implements DecisionSink {
        final List<Flag> flags = new ArrayList<>();
        final List<Redaction> redactions = new ArrayList<>();
        final List<Stop> stops = new ArrayList<>();

        @Override
        public void flagged(Flag flag) {
            flags.add(flag);
        }

        @Override
        public void redacted(Redaction redaction) {
            redactions.add(redaction);
        }

        @Override
        public void stopped(Stop stop) {
            stops.add(stop);
        }
    }
}
