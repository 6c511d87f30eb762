package dev.weir.protocol;

/** Why the server refused something; stable names that clients may branch on. */
public enum ErrorCode implements WireName {
    /** The frame is not one JSON object and nothing else. */
    BAD_JSON,
    /**
     * A field is missing, repeated, of the wrong kind or out of range; {@code field} names it. Without one, a binary frame
     * is not one protobuf message.
     */
    BAD_MESSAGE,
    /** The receiver does not know this {@code type}. */
    UNKNOWN_TYPE,
    /** The stream is not open on this connection. */
    UNKNOWN_STREAM,
    /** The stream's name was already used on this connection. */
    DUPLICATE_STREAM,
    UNKNOWN_POLICY,
    UNKNOWN_RECEIPT,
    /** {@code delta.at} or {@code end.length} does not match the text received. */
    GAP,
    TOO_MANY_STREAMS,
    /** The messages of an {@code open} are longer than {@link ClientMessage.OpenStream#MAX_PROMPT_CODE_POINTS}. */
    MESSAGE_TOO_LARGE,
    CREDIT_EXCEEDED,
    /** No delta came for the stream's idle time-out. */
    IDLE,
    /** The server is full; {@code retryAfterMs} says when to try again. */
    OVERLOADED,
    /** The versions the stream was decided with are gone. */
    RESUME_UNAVAILABLE,
    UNAUTHORIZED,
    FORBIDDEN,
    /** The server finishes what is open and takes nothing new. */
    DRAINING,
    INTERNAL
}
