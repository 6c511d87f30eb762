package dev.weir.engine.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * ULIDs for receipts: 48 bits of time, 80 bits that follow from the stream and the decision. A stream that is resumed and
 * decided again therefore names the same receipts.
 *
 * <p>Format: github.com/ulid/spec, Crockford base 32.
 */
public final class ReceiptId {

    private static final char[] CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    private ReceiptId() {}

    /**
     * @param streamUid drawn when the stream was first opened
     * @param openedMillis when that was
     * @param decision what was decided and where, unique in the stream
     */
    public static String of(String streamUid, long openedMillis, String decision) {
        byte[] digest = sha256((streamUid + '\n' + decision).getBytes(StandardCharsets.UTF_8));
        ByteBuffer bits = ByteBuffer.allocate(16);
        bits.putShort((short) (openedMillis >>> 32)).putInt((int) openedMillis).put(digest, 0, 10);
        return crockford(bits.array());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 128 bits as 26 digits of 5 bits, two zero bits first. */
    private static String crockford(byte[] bits) {
        StringBuilder digits = new StringBuilder(26);
        int buffer = 0;
        int filled = 2;
        for (byte b : bits) {
            buffer = (buffer << 8) | (b & 0xFF);
            filled += 8;
            while (filled >= 5) {
                filled -= 5;
                digits.append(CROCKFORD[(buffer >>> filled) & 31]);
            }
        }
        return digits.toString();
    }
}
