package dev.weir.engine.adaptation;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.ledger.ReviewedDecision.Label;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.VoteTrace;
import java.util.Optional;

/** The stream of a reviewed decision, and what was recorded of it. */
record Recording(StreamRecord stream, VoteTrace trace) {

    /** Empty where the reviewers disagree, or nothing readable was recorded. */
    static Optional<Recording> of(LedgerReader ledger, ReviewedDecision decision) {
        if (decision.label() == Label.DISPUTED) {
            return Optional.empty();
        }
        Optional<StreamRecord> stream = ledger.stream(decision.receipt().streamUid());
        if (stream.isEmpty() || stream.get().trace().length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Recording(stream.get(), VoteTrace.of(stream.get().trace())));
        } catch (MalformedTraceException e) {
            return Optional.empty();
        }
    }
}
