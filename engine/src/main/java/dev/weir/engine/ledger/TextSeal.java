package dev.weir.engine.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Text under its tenant's key: AES-256-GCM, a fresh nonce of 12 bytes in front, bound to its stream. Destroying the key
 * erases every text of the tenant wherever a copy lies.
 */
final class TextSeal {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final KeyFolder keys;
    private final SecureRandom random = new SecureRandom();

    TextSeal(KeyFolder keys) {
        this.keys = keys;
    }

    byte[] seal(String tenant, String streamUid, String text) throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.key(name(tenant)), nonce, streamUid)
                    .doFinal(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in GCM", e);
        }
    }

    /** Empty when the key it was sealed with is destroyed. */
    Optional<String> open(String tenant, String streamUid, byte[] sealed) throws IOException {
        Optional<byte[]> key = keys.find(name(tenant));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        byte[] nonce = java.util.Arrays.copyOf(sealed, NONCE_BYTES);
        try {
            byte[] text = cipher(Cipher.DECRYPT_MODE, key.get(), nonce, streamUid)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (AEADBadTagException e) {
            return Optional.empty(); // another key: the one of then is destroyed
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in GCM", e);
        }
    }

    /** False when there was no key, and so no text. */
    boolean destroyKey(String tenant) throws IOException {
        return keys.destroy(name(tenant));
    }

    private static String name(String tenant) {
        return "text-" + tenant;
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, String streamUid) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(streamUid.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
