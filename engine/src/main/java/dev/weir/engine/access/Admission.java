package dev.weir.engine.access;

/** What a door answers. */
public sealed interface Admission {

    record Admitted(Caller caller) implements Admission {}

    /**
     * @param message in one sentence, for a developer; quotes nothing of the credential
     * @param who it is, as far as what was shown proves it
     */
    record Refused(Reason reason, String message, String who) implements Admission {

        /** Somebody unknown. */
        public Refused(Reason reason, String message) {
            this(reason, message, "somebody unknown");
        }
    }

    enum Reason {
        /** Nothing was shown, or it is not known here, or no longer. */
        UNAUTHENTICATED,
        /** It is known, and not good for this. */
        FORBIDDEN,
        /** It may well be good, but the keys that say so are not here yet. */
        NOT_YET
    }
}
