package dev.weir.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Law 3. */
class RedecisionTest {

    private static final int PLENTY = 1 << 20;

    @Property(tries = 1000)
    void underItsOwnPolicyAndWeightsAStreamIsDecidedAsItWas(@ForAll long seed, @ForAll Mode mode) throws Exception {
        RandomStreams random = new RandomStreams(seed);
        Policy policy = random.policy();
        Weights weights = random.weights();
        RandomStreams.Lived lived = random.live(policy, mode, weights, PLENTY);
        Redecision again = Redecision.of(VoteTrace.of(lived.trace()), policy, weights);
        assertThat(again.decisions()).isEqualTo(lived.decisions());
        assertThat(again.censored()).isFalse();
        assertThat(again.truncated()).isFalse();
    }

    /** What was recorded while nothing could stop it is decided as it would have been live, whatever the policy. */
    @Property(tries = 500)
    void underAnotherPolicyAStreamIsDecidedAsItWouldHaveBeen(@ForAll long seed) throws Exception {
        RandomStreams random = new RandomStreams(seed);
        Policy other = random.policy();
        Weights weights = random.weights();
        List<Decision> underOther =
                new RandomStreams(~seed).live(other, Mode.GATE, weights, PLENTY).decisions();
        byte[] monitored = new RandomStreams(~seed)
                .live(other, Mode.MONITOR, weights, PLENTY)
                .trace();
        VoteTrace trace = VoteTrace.of(monitored);
        VoteTrace gated = new VoteTrace(
                Mode.GATE, true, trace.carriedLogOdds(), trace.prompt(), trace.reply(), trace.end(), trace.through());
        List<Decision> again = Redecision.of(gated, other, weights).decisions();
        assertThat(stops(again)).isEqualTo(stops(underOther));
    }

    @Property(tries = 500)
    void aStreamThatNothingStopsAnyMoreIsCensoredWhereItWasStopped(@ForAll long seed) throws Exception {
        RandomStreams random = new RandomStreams(seed);
        Policy policy = random.policy();
        RandomStreams.Lived lived = random.live(policy, Mode.STREAM, random.weights(), PLENTY);
        VoteTrace trace = VoteTrace.of(lived.trace());
        Policy unstopping = new Policy(
                "lenient",
                1,
                Mode.MONITOR,
                false,
                false,
                List.of(),
                Map.of(),
                policy.stopRule(),
                policy.hold(),
                policy.prompt(),
                policy.conversation(),
                "");
        VoteTrace unasked = new VoteTrace(
                trace.mode(),
                false,
                trace.carriedLogOdds(),
                trace.prompt(),
                trace.reply(),
                trace.end(),
                trace.through());
        Redecision again = Redecision.of(unasked, unstopping, random.weights());
        assertThat(again.stop()).isEmpty();
        assertThat(again.censored()).isEqualTo(trace.end() == TraceEnd.STOPPED);
    }

    @Property(tries = 300)
    void aTruncatedRecordingGivesTheDecisionsBeforeItsEndAndNoOther(@ForAll long seed) throws Exception {
        RandomStreams random = new RandomStreams(seed);
        Policy policy = random.policy();
        Weights weights = random.weights();
        RandomStreams.Lived lived = random.live(policy, Mode.GATE, weights, 400);
        Redecision again = Redecision.of(VoteTrace.of(lived.trace()), policy, weights);
        assertThat(again.decisions())
                .isEqualTo(lived.decisions().subList(0, again.decisions().size()));
        if (again.decisions().size() < lived.decisions().size()) {
            assertThat(again.truncated()).isTrue();
        }
    }

    @Property(tries = 300)
    void loweringThresholdsStopsWhatWasStopped(@ForAll long seed) throws Exception {
        RandomStreams random = new RandomStreams(seed);
        Policy policy = random.policy();
        Weights weights = random.weights();
        VoteTrace trace =
                VoteTrace.of(random.live(policy, Mode.STREAM, weights, PLENTY).trace());
        Map<Category, Threshold> low = new EnumMap<>(Category.class);
        policy.stopCategories().forEach(category -> low.put(category, Threshold.constant(0.01)));
        Redecision lower = Redecision.of(trace, policy.withStopThresholds(low), weights);
        if (Redecision.of(trace, policy, weights).stop().isPresent()) {
            assertThat(lower.stop()).isPresent();
        }
    }

    private static List<Decision> stops(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> decision.kind() == Decision.Kind.STOP)
                .toList();
    }
}
