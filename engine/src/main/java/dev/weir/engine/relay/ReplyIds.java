package dev.weir.engine.relay;

import java.security.SecureRandom;
import java.util.Base64;

/** Names of replies, which nobody guesses. Thread-safe. */
final class ReplyIds {

    private final SecureRandom random = new SecureRandom();

    String next() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }
}
