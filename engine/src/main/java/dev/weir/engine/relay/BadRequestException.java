package dev.weir.engine.relay;

/** A request that is not relayed, with what is answered. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient RelayError error;

    BadRequestException(RelayError error) {
        super(error.message());
        this.error = error;
    }

    RelayError error() {
        return error;
    }
}
