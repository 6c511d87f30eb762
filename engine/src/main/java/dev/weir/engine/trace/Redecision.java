package dev.weir.engine.trace;

import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Ending;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PromptDecision;
import dev.weir.engine.ensemble.Weights;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The decisions on a recorded stream, taken again with no model: by the same mixture and the same decider that decided
 * it, so that under its own policy and weights they come out bit for bit the same. When the windowed experts were asked
 * stays as it was recorded, whatever the policy or the weights would have made of the risk.
 *
 * @param decisions in the order in which they are made; the last is a stop or the end, if either is known
 * @param censored nothing stops the text where it was stopped when it was recorded, so what comes after is not known
 * @param truncated not all that was decided from was recorded, and nothing stops the text before that
 */
public record Redecision(List<Decision> decisions, boolean censored, boolean truncated) {

    /** As {@link DecisionSink#scored}. */
    @FunctionalInterface
    interface Scored {
        void scored(int tokens, long end, double[] risks);
    }

    public Redecision {
        decisions = List.copyOf(decisions);
    }

    /**
     * In the mode that the client asked for, or else in the policy's.
     *
     * @throws MalformedTraceException when the recording cannot be read to its end
     */
    public static Redecision of(VoteTrace trace, Policy policy, Weights weights) throws MalformedTraceException {
        return of(trace, policy, weights, (tokens, end, risks) -> {});
    }

    /** @param scored told the running risks of the reply */
    static Redecision of(VoteTrace trace, Policy policy, Weights weights, Scored scored)
            throws MalformedTraceException {
        Mode mode = trace.modeAsked() ? trace.mode() : policy.mode();
        Collected collected = new Collected(scored);
        PromptDecision prompt = PromptDecision.NONE;
        RecordedText recordedPrompt = trace.prompt();
        RecordedText recordedReply = trace.reply();
        if (recordedPrompt != null) {
            if (recordedPrompt.isTruncated()) {
                return collected.undecided(true);
            }
            Decider promptDecider = PromptDecision.newDecider(policy);
            Played played = new Played(promptDecider, List.of());
            recordedPrompt.play(weights, played);
            if (recordedReply == null) {
                return collected.end(trace, Ending.ofCancelled(null));
            }
            prompt = PromptDecision.of(policy, mode, promptDecider, played.broken, played.unread);
            prompt.stop().ifPresent(collected::stopped);
        }
        if (collected.stopped || recordedReply == null) {
            return collected.undecided(false);
        }
        Decider decider = new Decider(policy, mode, prompt.carriedLogOdds() + trace.carriedLogOdds(), collected);
        recordedReply.play(weights, new Played(decider, prompt.broken()), decider::isStopped);
        if (decider.isStopped()) {
            return collected.undecided(false);
        }
        if (recordedReply.isTruncated()) {
            return collected.undecided(true);
        }
        return switch (trace.end()) {
            case ENDED -> collected.end(trace, Ending.ofWhole(prompt, decider));
            case CANCELLED -> collected.end(trace, Ending.ofCancelled(decider));
            case STOPPED -> new Redecision(collected.decisions, true, false);
            case BROKEN_OFF -> collected.undecided(false);
        };
    }

    /** The stop, if there is one. */
    public Optional<Decision> stop() {
        return decisions.stream()
                .filter(decision -> decision.kind() == Decision.Kind.STOP)
                .findFirst();
    }

    /** Feeds one text's recording to its decider, and remembers which experts it missed. */
    private static final class Played extends DeciderFeed {
        private final List<String> brokenOnPrompt;
        private List<String> unread = List.of();
        private List<String> broken = List.of();

        Played(Decider decider, List<String> brokenOnPrompt) {
            super(decider);
            this.brokenOnPrompt = brokenOnPrompt;
        }

        @Override
        public void unread(List<String> experts, long at) {
            unread = experts;
            super.unread(experts, at);
        }

        @Override
        public void broken(List<String> experts, long at) {
            broken = experts;
            super.broken(
                    Stream.concat(brokenOnPrompt.stream(), experts.stream()).toList(), at);
        }
    }

    private static final class Collected implements DecisionSink {
        private final List<Decision> decisions = new ArrayList<>();
        private final Scored scored;
        private boolean stopped;

        Collected(Scored scored) {
            this.scored = scored;
        }

        @Override
        public void scored(int tokens, long end, double[] risks) {
            scored.scored(tokens, end, risks);
        }

        @Override
        public void flagged(Flag flag) {
            decisions.add(Decision.of(flag));
        }

        @Override
        public void redacted(Redaction redaction) {
            decisions.add(Decision.of(redaction));
        }

        @Override
        public void stopped(Stop stop) {
            stopped = true;
            decisions.add(Decision.of(stop));
        }

        Redecision end(VoteTrace trace, Ending ending) {
            if (trace.end() == TraceEnd.ENDED || trace.end() == TraceEnd.CANCELLED) {
                decisions.add(Decision.of(ending, trace.through()));
            }
            return undecided(false);
        }

        Redecision undecided(boolean truncated) {
            return new Redecision(decisions, false, truncated);
        }
    }
}
