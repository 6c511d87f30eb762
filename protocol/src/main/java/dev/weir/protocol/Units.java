package dev.weir.protocol;

/** What the offsets, lengths and credit of a stream count, from the start of its raw text. */
public enum Units implements WireName {
    /** Unicode code points; what a stream uses that names no unit. */
    CODEPOINT,
    /** UTF-16 code units, the native count of Java and JavaScript strings. */
    UTF16,
    /** Bytes of UTF-8, the native count of Go strings. */
    UTF8
}
