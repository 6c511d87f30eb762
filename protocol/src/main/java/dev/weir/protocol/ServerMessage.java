package dev.weir.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says. Offsets are in the stream's own unit, spans run from {@code from} up to but not including
 * {@code to}, risks are probabilities in [0, 1]. A risk that is not a number cannot be made into a message.
 */
public sealed interface ServerMessage {

    /** What stands in the {@code type} field. */
    String type();

    /** The stream this is about; null for the whole connection. */
    @Nullable
    String stream();

    /** Whether nothing more is said about {@link #stream()} after this. */
    default boolean isTerminal() {
        return false;
    }

    /**
     * The stream is under moderation.
     *
     * @param policy name and version, such as {@code default@12}
     * @param prompt null when the open carried no messages
     * @param credit how much text may be sent before any comes back
     * @param resume to open the stream again after a lost connection; null when it cannot be resumed
     */
    record Opened(
            String stream,
            String policy,
            Mode mode,
            Units units,
            @Nullable PromptVerdict prompt,
            int credit,
            @Nullable String resume)
            implements ServerMessage {

        public Opened {
            Require.offset("opened.credit", credit);
        }

        @Override
        public String type() {
            return "opened";
        }
    }

    /** What was decided about the messages of an open. */
    record PromptVerdict(double risk, Action action) {

        public PromptVerdict {
            Require.probability("opened.prompt.risk", risk);
        }
    }

    /**
     * Text before {@code through} is cleared. In gate mode nothing beyond it may be shown.
     *
     * @param coarse some positions were scored by a later window that covers them
     * @param unscored part of the text missed an expert that its policy wants
     * @param asleep the experts missed; beside those that make it {@code unscored}, the ones overload kept from part of it
     */
    record Released(String stream, int through, double risk, boolean coarse, boolean unscored, List<String> asleep)
            implements ServerMessage {

        public Released {
            Require.offset("released.through", through);
            Require.probability("released.risk", risk);
            asleep = List.copyOf(asleep);
        }

        public Released(String stream, int through, double risk) {
            this(stream, through, risk, false, false, List.of());
        }

        @Override
        public String type() {
            return "released";
        }
    }

    /**
     * A span that the policy reports but lets pass.
     *
     * @param late the reader had seen the span when it should have been replaced (stream mode)
     */
    record Flagged(String stream, int from, int to, String category, double risk, String receipt, boolean late)
            implements ServerMessage {

        public Flagged {
            Require.span("flagged", from, to);
            Require.probability("flagged.risk", risk);
        }

        @Override
        public String type() {
            return "flagged";
        }
    }

    /** A span to show as {@code replacement}; comes before any {@link Released} beyond its {@code from}. */
    record Redacted(String stream, int from, int to, String category, String replacement) implements ServerMessage {

        public Redacted {
            Require.span("redacted", from, to);
        }

        @Override
        public String type() {
            return "redacted";
        }
    }

    /**
     * The generation must end; nothing follows for this stream.
     *
     * @param at end of the token that crossed the threshold
     * @param onset estimated start of the harm
     * @param released how much the reader may have seen
     * @param exposure the part of {@code released} after {@code onset}
     * @param category the one that crossed
     * @param categories all that would have stopped the stream
     * @param rule the rule that matched; null when a learned expert decided
     * @param message may be shown to the reader
     */
    record Stopped(
            String stream,
            int at,
            int onset,
            int released,
            int exposure,
            String category,
            List<String> categories,
            Severity severity,
            double risk,
            @Nullable String rule,
            String policy,
            String message,
            String receipt)
            implements ServerMessage {

        public Stopped {
            Require.offset("stopped.at", at);
            Require.offset("stopped.onset", onset);
            Require.offset("stopped.released", released);
            Require.offset("stopped.exposure", exposure);
            Require.probability("stopped.risk", risk);
            categories = List.copyOf(categories);
        }

        @Override
        public String type() {
            return "stopped";
        }

        @Override
        public boolean isTerminal() {
            return true;
        }
    }

    /** The whole text was decided, or the client cancelled; nothing follows for this stream. */
    record Ended(
            String stream,
            int through,
            Verdict verdict,
            double maxRisk,
            String receipt,
            boolean coarse,
            boolean unscored,
            List<String> asleep)
            implements ServerMessage {

        public Ended {
            Require.offset("ended.through", through);
            Require.probability("ended.maxRisk", maxRisk);
            asleep = List.copyOf(asleep);
        }

        public Ended(String stream, int through, Verdict verdict, double maxRisk, String receipt) {
            this(stream, through, verdict, maxRisk, receipt, false, false, List.of());
        }

        @Override
        public String type() {
            return "ended";
        }

        @Override
        public boolean isTerminal() {
            return true;
        }
    }

    /** How a stream that was not stopped came out. */
    enum Verdict implements WireName {
        PASS,
        FLAGGED,
        CANCELLED
    }

    /**
     * Room for more text.
     *
     * @param stream null for the connection's total
     */
    record Credit(@Nullable String stream, int add) implements ServerMessage {

        public Credit {
            Require.offset("credit.add", add);
        }

        @Override
        public String type() {
            return "credit";
        }
    }

    /** A {@link ClientMessage.Feedback} is kept. */
    record FeedbackRecorded(String id, String receipt) implements ServerMessage {

        @Override
        public String type() {
            return "feedback_recorded";
        }

        @Override
        public @Nullable String stream() {
            return null;
        }
    }

    /**
     * Something was refused or failed.
     *
     * @param stream null when the fault belongs to no one stream
     * @param isFinal the stream is over ({@code final} on the wire)
     * @param field the field at fault, such as {@code messages[1].role}
     * @param message for a developer; holds nothing of the text under moderation
     * @param retryAfterMs with {@link ErrorCode#OVERLOADED}, how long to wait
     */
    record ErrorMessage(
            @Nullable String stream,
            ErrorCode code,
            boolean isFinal,
            @Nullable String field,
            String message,
            @Nullable Integer retryAfterMs)
            implements ServerMessage {

        public ErrorMessage(@Nullable String stream, ErrorCode code, boolean isFinal, String message) {
            this(stream, code, isFinal, null, message, null);
        }

        @Override
        public String type() {
            return "error";
        }

        @Override
        public boolean isTerminal() {
            return isFinal && stream != null;
        }
    }
}
