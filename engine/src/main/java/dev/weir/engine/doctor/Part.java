package dev.weir.engine.doctor;

import java.util.Arrays;
import java.util.Locale;

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
    CARD("card number", Canary.CARD);

    private final String title;
    private final Canary canary;

    Part(String title, Canary canary) {
        this.title = title;
        this.canary = canary;
    }

    /** Those that a reply over HTTP has. */
    static Part[] ofReplies() {
        return Arrays.stream(values()).filter(part -> part != RESUMED).toArray(Part[]::new);
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
