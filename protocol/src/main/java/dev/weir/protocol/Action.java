package dev.weir.protocol;

/** What a policy decided about a prompt or a text, from mildest to strictest. */
public enum Action implements WireName {
    PASS,
    FLAG,
    REDACT,
    STOP
}
