package dev.weir.engine.relay;

/** Why no whole answer came from the upstream. */
enum UpstreamFailure {
    /** Every connection is taken, and as many requests wait as may. */
    FULL("every connection to the upstream is taken"),
    UNREACHABLE("the upstream cannot be reached"),
    LATE("the upstream did not answer in time"),
    STALLED("the upstream stopped in the middle of its answer"),
    BROKEN("the upstream broke off its answer");

    private final String message;

    UpstreamFailure(String message) {
        this.message = message;
    }

    /** For a developer. */
    String message() {
        return message;
    }
}
