package dev.weir.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says. Offsets and lengths are in the unit that the stream's {@link OpenStream#units} named; text may
 * hold half of a surrogate pair at either end, its other half being in the neighbouring delta.
 */
public sealed interface ClientMessage {

    /** What stands in the {@code type} field. */
    String type();

    /**
     * Begins a stream.
     *
     * @param stream 1 to 128 printable ASCII characters, used once in the life of a connection
     * @param policy null for the credential's default
     * @param mode null for the policy's default
     * @param conversation shared by the streams of one reply and the turns before it; null for a stream on its own
     * @param channel {@code content} (what an open without one means), {@code reasoning}, {@code tool}, or one choice
     *     of several, such as {@code content/1}
     * @param messages what the text answers, oldest first; at most {@link #MAX_PROMPT_CODE_POINTS} in all
     * @param meta labels for reports; never interpreted
     * @param resume the token of an earlier {@link ServerMessage.Opened} whose connection was lost
     */
    record OpenStream(
            String stream,
            @Nullable String policy,
            @Nullable Mode mode,
            Units units,
            @Nullable String conversation,
            String channel,
            List<PromptMessage> messages,
            Map<String, String> meta,
            @Nullable String resume)
            implements ClientMessage {

        /** Longest {@link #messages} in all, counting the code points of their contents. */
        public static final int MAX_PROMPT_CODE_POINTS = 32_768;

        public static final String DEFAULT_CHANNEL = "content";

        public OpenStream {
            messages = List.copyOf(messages);
            meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
        }

        /** A stream with everything left to the server's defaults. */
        public OpenStream(String stream) {
            this(stream, null, null, Units.CODEPOINT, null, DEFAULT_CHANNEL, List.of(), Map.of(), null);
        }

        @Override
        public String type() {
            return "open";
        }
    }

    /**
     * The next piece of a stream's text.
     *
     * @param at where the piece begins, as a check against lost deltas; null for no check
     */
    record Delta(String stream, String text, @Nullable Integer at) implements ClientMessage {

        public Delta(String stream, String text) {
            this(stream, text, null);
        }

        @Override
        public String type() {
            return "delta";
        }
    }

    /**
     * A {@link Delta} as it travels in {@code weir.v1+proto}: bytes that may be cut anywhere, also inside a character.
     * What the bytes of a stream mean does not depend on the cuts. An incomplete character waits for the next delta;
     * bytes that are not UTF-8 are read as U+FFFD, one for each maximal subpart (Unicode, section 3.9), and such a
     * U+FFFD counts as one code point, as one unit of UTF-16, and in UTF-8 as the bytes it stands for.
     *
     * @param at where the piece begins; an incomplete character before it counts as the U+FFFD it would become
     */
    record Utf8Delta(String stream, Utf8Text text, @Nullable Integer at) implements ClientMessage {

        @Override
        public String type() {
            return "delta";
        }
    }

    /** The generator stalled: score the unsettled tail as if the text ended here, without settling it. */
    record Flush(String stream) implements ClientMessage {

        @Override
        public String type() {
            return "flush";
        }
    }

    /**
     * The text is complete.
     *
     * @param length of the whole text, as a check against lost deltas; null for no check
     */
    record EndStream(String stream, @Nullable Integer length) implements ClientMessage {

        public EndStream(String stream) {
            this(stream, null);
        }

        @Override
        public String type() {
            return "end";
        }
    }

    /** The client wants no more of this stream. */
    record Cancel(String stream) implements ClientMessage {

        @Override
        public String type() {
            return "cancel";
        }
    }

    /**
     * A reviewer's judgement of a decision.
     *
     * @param id chosen by the client; the same id is recorded once
     * @param categories what the reviewer found in the text; may be empty
     */
    record Feedback(String id, String receipt, FeedbackVerdict verdict, List<String> categories)
            implements ClientMessage {

        public Feedback {
            categories = List.copyOf(categories);
        }

        @Override
        public String type() {
            return "feedback";
        }
    }

    /** Whether a decision was right, as a reviewer sees it. */
    enum FeedbackVerdict implements WireName {
        RIGHT_STOP,
        WRONG_STOP,
        MISSED,
        RIGHT_PASS
    }
}
