package dev.weir.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A message that cannot be understood. Says which field, what kind of value it held and what was expected, and nothing
 * of the text under moderation, so that it may be logged and sent back as it is.
 */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final @Nullable String stream;
    private final @Nullable String field;
    private final boolean isFinal;

    ProtocolException(
            ErrorCode code, @Nullable String stream, @Nullable String field, String message, boolean isFinal) {
        super(message, null, false, false);
        this.code = code;
        this.stream = stream;
        this.field = field;
        this.isFinal = isFinal;
    }

    public ErrorCode code() {
        return code;
    }

    /** The stream that the faulty message named, when that could be read. */
    public @Nullable String stream() {
        return stream;
    }

    /** The field at fault; null when the message as a whole is. */
    public @Nullable String field() {
        return field;
    }

    /** Whether the stream cannot go on: a delta that was not understood is lost text, and an open never began. */
    public boolean isFinal() {
        return isFinal;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** The answer to the client that sent the faulty message. */
    public ServerMessage.ErrorMessage toMessage() {
        return new ServerMessage.ErrorMessage(stream, code, isFinal, field, getMessage(), null);
    }
}
