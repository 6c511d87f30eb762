package dev.weir.protocol;

import java.util.Optional;

/** Why a connection ended, as the status of its WebSocket close frame. */
public enum CloseCode {
    NORMAL(1000, "normal", true),
    DRAINING(1001, "draining", true),
    PROTOCOL_ERROR(1002, "protocol error", false),
    UNSUPPORTED_DATA(1003, "unsupported data", false),
    BAD_UTF8(1007, "bad UTF-8", false),
    FRAME_TOO_LARGE(1009, "frame too large", false),
    TRY_AGAIN_LATER(1013, "try again later", true),
    TOO_MANY_BAD_MESSAGES(4400, "too many bad messages", false),
    UNAUTHENTICATED(4401, "unauthenticated", false),
    NOT_ALLOWED(4403, "not allowed", false),
    NO_PONG(4408, "no pong", true),
    TOO_MANY_CONNECTIONS(4429, "too many connections", true);

    private final int status;
    private final String reason;
    private final boolean worthRetrying;

    CloseCode(int status, String reason, boolean worthRetrying) {
        this.status = status;
        this.reason = reason;
        this.worthRetrying = worthRetrying;
    }

    /** The number in the close frame. */
    public int status() {
        return status;
    }

    /** The text in the close frame; well below the 123 bytes a close frame has room for. */
    public String reason() {
        return reason;
    }

    /** Whether the same client may expect another outcome from connecting again after its back-off. */
    public boolean worthRetrying() {
        return worthRetrying;
    }

    /** The constant with this status; empty for statuses this protocol does not use. */
    public static Optional<CloseCode> of(int status) {
        for (CloseCode code : values()) {
            if (code.status == status) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
