package dev.weir.engine.stream;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens with which a client opens a stream again after a lost connection. A token carries the stream's identity and the
 * versions it was decided with, signed; the server keeps nothing. Thread-safe.
 */
final class ResumeTokens {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /**
     * @param streamUid identity of the stream over all its connections
     * @param tenant whose stream it is, who alone may open it again
     * @param openedMillis when it was first opened, since the epoch
     * @param policy name and version
     * @param ensemble version of the weights
     * @param carriedLogOdds what its conversation added to each of its tokens when it was first opened, at least 0
     */
    record Identity(
            String streamUid, String tenant, long openedMillis, String policy, long ensemble, double carriedLogOdds) {}

    private ResumeTokens(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** With a key of this process alone: a restarted server refuses the tokens of the one before. */
    static ResumeTokens withRandomKey(SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new ResumeTokens(key);
    }

    String sign(Identity identity) {
        String body = String.join(
                "|",
                identity.streamUid(),
                identity.tenant(),
                Long.toString(identity.openedMillis()),
                identity.policy(),
                Long.toString(identity.ensemble()),
                Double.toString(identity.carriedLogOdds()));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return encode(bytes) + "." + encode(mac(bytes));
    }

    /** Empty for whatever this server did not sign. */
    Optional<Identity> verify(String token) {
        int dot = token.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            byte[] body = Base64.getUrlDecoder().decode(token.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
            if (!MessageDigest.isEqual(mac(body), signature)) {
                return Optional.empty();
            }
            String[] parts = new String(body, StandardCharsets.UTF_8).split("\\|", -1);
            return Optional.of(new Identity(
                    parts[0],
                    parts[1],
                    Long.parseLong(parts[2]),
                    parts[3],
                    Long.parseLong(parts[4]),
                    Double.parseDouble(parts[5])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] mac(byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
