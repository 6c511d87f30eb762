package dev.weir.engine.access;

import org.jspecify.annotations.Nullable;

/**
 * What somebody at a door has to show.
 *
 * @param bearer an API key or a JSON Web Token; null for none
 * @param certificate subject of the TLS client certificate, as RFC 2253 writes it, which the port has verified; null
 *     for none
 */
public record Credential(@Nullable String bearer, @Nullable String certificate) {

    public static final Credential NONE = new Credential(null, null);

    public static Credential bearer(String token) {
        return new Credential(token, null);
    }

    /** Never shows what is secret. */
    @Override
    public String toString() {
        return "Credential[" + (bearer == null ? "no bearer" : "a bearer") + ", " + certificate + "]";
    }
}
