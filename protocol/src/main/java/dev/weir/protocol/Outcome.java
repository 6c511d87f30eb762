package dev.weir.protocol;

import org.jspecify.annotations.Nullable;

/** How a stream came out, as its client sees it. */
public sealed interface Outcome {

    /** The whole text was decided, or the client cancelled. */
    record Ended(ServerMessage.Ended message) implements Outcome {}

    /** The server ended the generation. */
    record Stopped(ServerMessage.Stopped message) implements Outcome {}

    /**
     * The stream broke off; what was not released by then is unmoderated.
     *
     * @param code null when the server said nothing: the client was closed, or cannot connect again
     * @param retryAfterMs with {@link ErrorCode#OVERLOADED}, how long to wait
     */
    record Failed(
            @Nullable ErrorCode code,
            String message,
            @Nullable Integer retryAfterMs) implements Outcome {}
}
