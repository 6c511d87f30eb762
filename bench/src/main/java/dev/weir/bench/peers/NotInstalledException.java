package dev.weir.bench.peers;

/** A peer that cannot be had on this machine; the message says why. */
final class NotInstalledException extends Exception {
    private static final long serialVersionUID = 1L;

    NotInstalledException(String message) {
        super(message);
    }
}
