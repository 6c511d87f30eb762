package dev.weir.engine.doctor;

import java.util.Locale;

/** What a doctor finds. */
public enum Status {
    /** The canary is caught, and harmless text comes through as it is. */
    PROTECTED,
    /** The canary comes through. */
    UNPROTECTED,
    /** The canary is caught, and harmless text is too. */
    BLOCKED,
    /** The server does not serve this, or not to whoever asks. */
    OFF,
    /** There was no answer that says anything about it. */
    UNREACHABLE;

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether whoever relies on it can. */
    public boolean isWell() {
        return this == PROTECTED || this == OFF;
    }
}
