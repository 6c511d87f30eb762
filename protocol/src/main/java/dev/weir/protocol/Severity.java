package dev.weir.protocol;

/** How bad a text is, derived from its calibrated risk. */
public enum Severity implements WireName {
    SAFE,
    CONTROVERSIAL,
    UNSAFE
}
