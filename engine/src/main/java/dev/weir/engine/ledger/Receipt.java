package dev.weir.engine.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something was done to a stream, or how it ended; what can be shown to the person it happened to. Holds nothing of
 * the text. Offsets are code points.
 *
 * @param id a ULID made at the decision
 * @param streamUid of the stream, over all its connections
 * @param kind {@code stop}, {@code flag}, {@code redact} or {@code end}
 * @param atMillis wall clock, since the epoch
 * @param policy name and version
 * @param ensemble version of the weights the votes were mixed with
 * @param action for {@code end}: how the stream came out
 * @param category null for the end of a clean stream
 * @param onset estimated start of the harm
 * @param at end of what decided
 * @param released what the reader may have seen by then
 * @param exposure the part of it after the onset
 * @param risk calibrated; for {@code end} the largest of the stream
 * @param votes each expert's last vote on the category, with the weight it had
 * @param asleep experts that did not vote on part of the text
 * @param coarse in overload some positions were left to a later window that covers them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Receipt(
        String id,
        String tenant,
        String streamUid,
        String kind,
        long atMillis,
        String stream,
        @Nullable String conversation,
        String channel,
        String policy,
        String mode,
        long ensemble,
        String action,
        @Nullable String category,
        List<String> categories,
        String severity,
        @Nullable String rule,
        int onset,
        int at,
        int released,
        int exposure,
        double risk,
        List<ExpertVote> votes,
        List<String> asleep,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean coarse) {

    public Receipt {
        categories = List.copyOf(categories);
        votes = List.copyOf(votes);
        asleep = List.copyOf(asleep);
    }

    /** @param logOdds quantised to sixteenths, exactly as decided from; null where the expert cast none */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExpertVote(
            String expert,
            String version,
            double weight,
            @Nullable Double logOdds) {}
}
