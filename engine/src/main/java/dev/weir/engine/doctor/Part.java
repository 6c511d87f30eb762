package dev.weir.engine.doctor;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What of a conversation the canary is in, and how it is sent. */
enum Part {
    CONTENT("content", Canary.HARM),
    REASONING("reasoning", Canary.HARM),
    TOOL("tool arguments", Canary.HARM),
    CHOICE("second choice", Canary.HARM),
    /** In pieces that end inside a character. */
    CUT("cut characters", Canary.LETTERS),
    DISGUISED("disguised", Canary.DISGUISED),
    /** On a second connection, after the first was lost in the middle. */
    RESUMED("resumed", Canary.HARM),
    PROMPT("prompt", Canary.HARM),
    /** Deep in the description of a tool. */
    TOOLS("tools", Canary.HARM),
    PREDICTION("prediction", Canary.HARM),
    SUFFIX("suffix", Canary.HARM),
    /** Of a request, that nobody knows. */
    FIELD("unknown field", Canary.HARM),
    CARD("card number", Canary.CARD);

    private final String title;
    private final Canary canary;

    Part(String title, Canary canary) {
        this.title = title;
        this.canary = canary;
    }

    private static final Set<Part> BESIDE_PROMPT = EnumSet.of(TOOLS, PREDICTION, SUFFIX, FIELD);

    /** Those that a stream on a socket has. */
    static Part[] ofStreams() {
        return Arrays.stream(values())
                .filter(part -> !BESIDE_PROMPT.contains(part))
                .toArray(Part[]::new);
    }

    /** Those that a chat over HTTP has. */
    static Part[] ofChats() {
        return Arrays.stream(values())
                .filter(part -> part != RESUMED && part != SUFFIX)
                .toArray(Part[]::new);
    }

    /** Those that a text that is completed over HTTP has. */
    static Part[] ofCompletions() {
        return new Part[] {CONTENT, CHOICE, PROMPT, SUFFIX, FIELD, CARD};
    }

    /** Whether it is said to the model, not by it. */
    boolean isAsked() {
        return this == PROMPT || BESIDE_PROMPT.contains(this);
    }

    String title() {
        return title;
    }

    Canary canary() {
        return canary;
    }

    /** As {@code open.channel} names it. */
    String channel() {
        return switch (this) {
            case REASONING -> "reasoning";
            case TOOL -> "tool";
            case CHOICE -> "content/1";
            default -> "content";
        };
    }

    /** As a header can carry it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
