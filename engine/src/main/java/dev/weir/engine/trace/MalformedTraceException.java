package dev.weir.engine.trace;

/** Bytes that are no trace, or JSON that is no definition. */
public final class MalformedTraceException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedTraceException(String message) {
        super(message);
    }

    MalformedTraceException(String message, Throwable cause) {
        super(message, cause);
    }
}
