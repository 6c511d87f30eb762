package dev.weir.models;

/** A run broke. No row of it was scored and no state was changed. */
public final class ExpertFailedException extends Exception {
    public ExpertFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
