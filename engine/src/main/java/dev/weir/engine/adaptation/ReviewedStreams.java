package dev.weir.engine.adaptation;

import dev.weir.engine.calibration.Question;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.learning.Canary;
import dev.weir.engine.learning.Canary.Clean;
import dev.weir.engine.learning.CanaryStream;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.ledger.ReviewedDecision.Label;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.RecordedText;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.VoteTrace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The streams of a ledger that were reviewed and decided to their end, to try weights on. Three harmless ones in four set
 * thresholds, and the others judge, with all harmful ones; the turns of one conversation fall on the same side.
 */
final class ReviewedStreams {

    private record Reviewed(Question question, CanaryStream stream) {
        boolean judges() {
            return stream.isHarmful() || question.judges();
        }
    }

    private ReviewedStreams() {}

    /**
     * One canary for each policy; none while no reviewed stream can judge, or where a policy stops by thresholds that are
     * not calibrated: other weights would move its risks and not those.
     *
     * @param most streams to read, the newest
     */
    static List<Canary> canaries(LedgerReader ledger, Collection<StopThresholds> policies, int most) {
        Deque<ReviewedDecision> newest = new ArrayDeque<>();
        ledger.reviewed(0, (sequence, decision) -> {
            newest.add(decision);
            if (newest.size() > most) {
                newest.remove();
            }
        });
        List<Clean> clean = new ArrayList<>();
        List<CanaryStream> judged = new ArrayList<>();
        for (ReviewedDecision decision : newest) {
            reviewed(ledger, decision).ifPresent(reviewed -> {
                if (reviewed.judges()) {
                    judged.add(reviewed.stream);
                } else {
                    clean.add(new Clean(reviewed.question, reviewed.stream));
                }
            });
        }
        List<Canary> canaries = new ArrayList<>();
        boolean allCalibrated = policies.stream()
                .allMatch(thresholds -> thresholds.budget().isPresent()
                        || thresholds.policy().stopCategories().isEmpty());
        if (!judged.isEmpty() && allCalibrated) {
            policies.forEach(thresholds -> thresholds
                    .budget()
                    .ifPresent(budget -> canaries.add(
                            new Canary(thresholds.policy(), budget, bands(thresholds.policy()), clean, judged))));
        }
        return canaries;
    }

    /** Those it was calibrated with. */
    private static PositionBands bands(Policy policy) {
        return policy.stopThresholds().values().iterator().next().bands();
    }

    private static Optional<Reviewed> reviewed(LedgerReader ledger, ReviewedDecision decision) {
        Optional<Recording> recorded = Recording.of(ledger, decision);
        if (recorded.isEmpty()) {
            return Optional.empty();
        }
        StreamRecord stream = recorded.get().stream();
        VoteTrace trace = recorded.get().trace();
        RecordedText reply = trace.reply();
        if (trace.end() != TraceEnd.ENDED || reply == null || reply.isTruncated()) {
            return Optional.empty();
        }
        String conversation = stream.conversation();
        return Optional.of(new Reviewed(
                Question.named(conversation == null ? stream.uid() : conversation),
                new CanaryStream(stream.tenant(), trace, decision.label() == Label.HARMFUL)));
    }
}
