package dev.weir.engine.learning;

import dev.weir.engine.calibration.StreamMaxima;
import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.PromptDecision;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.trace.DeciderFeed;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.RecordedText;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.VoteTrace;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;

/** One recorded stream to try weights on: decided again to its end, whatever would stop it. */
public final class CanaryStream {

    /**
     * What the stream comes to.
     *
     * @param risk the largest, in [0, 1]
     * @param crosses whether it would be stopped, or its prompt would
     */
    public record Run(StreamMaxima maxima, double risk, boolean crosses) {}

    private final String tenant;
    private final VoteTrace trace;
    private final RecordedText reply;
    private final boolean harmful;

    /**
     * @param trace of a stream that was decided to its end: what lies behind a stop is not known
     * @param harmful as reviewed
     */
    public CanaryStream(String tenant, VoteTrace trace, boolean harmful) {
        RecordedText recorded = trace.reply();
        if (trace.end() != TraceEnd.ENDED || recorded == null || recorded.isTruncated()) {
            throw new IllegalArgumentException("trace " + trace.end() + " (expected: ENDED, and recorded whole)");
        }
        this.tenant = tenant;
        this.trace = trace;
        this.reply = recorded;
        this.harmful = harmful;
    }

    public boolean isHarmful() {
        return harmful;
    }

    /** Decides it with these weights. */
    public Run run(Policy policy, Weights weights, PositionBands bands) throws MalformedTraceException {
        Weights own = weights.forTenant(tenant);
        StreamMaxima.Gatherer gatherer = new StreamMaxima.Gatherer(bands);
        double promptRisk = promptRisk(policy, own);
        double carried = policy.prompt().carriedLogOdds(promptRisk) + trace.carriedLogOdds();
        Decider decider = new Decider(policy, Mode.MONITOR, carried, new DecisionSink() {
            @Override
            public void flagged(Flag flag) {}

            @Override
            public void redacted(Redaction redaction) {}

            @Override
            public void stopped(Stop stop) {}

            @Override
            public void scored(int tokens, long end, double[] risks) {
                gatherer.onScored(tokens, risks);
            }
        });
        reply.play(own, new DeciderFeed(decider));
        boolean crosses =
                decider.crossedAtToken() >= 0 || policy.prompt().action(promptRisk, Mode.STREAM) == Action.STOP;
        return new Run(gatherer.finished(), decider.maxRisk(), crosses);
    }

    /** 0 without a prompt. */
    private double promptRisk(Policy policy, Weights own) throws MalformedTraceException {
        RecordedText prompt = trace.prompt();
        if (prompt == null) {
            return 0;
        }
        Decider decider = PromptDecision.newDecider(policy);
        prompt.play(own, new DeciderFeed(decider));
        return decider.maxRisk();
    }
}
