package dev.weir.protocol;

/** A stream or a connection that cannot go on; the message says why and holds nothing of the text. */
public final class WeirException extends Exception {

    private static final long serialVersionUID = 1;

    WeirException(String message) {
        super(message);
    }
}
