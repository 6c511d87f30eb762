package dev.weir.engine.doctor;

/**
 * What came of one check.
 *
 * @param mode as the protocol names it, or {@link #NO_MODE}
 * @param detail why, in a few words without any text; empty when it is protected
 */
public record Finding(String route, String part, String mode, Status status, String detail) {

    /** Where a client cannot ask for one: the mode is what the server's policy says. */
    public static final String NO_MODE = "default";

    @Override
    public String toString() {
        return route + ", " + part + ", " + mode + ": " + status.title() + (detail.isEmpty() ? "" : ", " + detail);
    }
}
