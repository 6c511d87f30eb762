package dev.weir.engine.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which of the streams that were let pass somebody should look at, so that misses can be estimated: a share of them, drawn
 * by a keyed hash of the stream. A client that knew the draw could behave while it is watched; without the key it does not,
 * and a stream that is resumed is drawn again with the same result. Thread-safe.
 */
final class AuditSample {

    /** Outcomes of streams that were decided to their end and not stopped. */
    static final Set<String> PASSED = Set.of("pass", "flagged");

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final double share;

    /** @param share probability of being drawn, in [0, 1] */
    AuditSample(byte[] key, double share) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.share = share;
    }

    /** The record with what was drawn for it. */
    StreamRecord draw(StreamRecord stream) {
        boolean passed = PASSED.contains(stream.outcome());
        return new StreamRecord(
                stream.uid(),
                stream.tenant(),
                stream.stream(),
                stream.conversation(),
                stream.channel(),
                stream.openedMillis(),
                stream.endedMillis(),
                stream.mode(),
                stream.policy(),
                stream.weights(),
                stream.outcome(),
                stream.receipts(),
                passed && share > 0 ? share : 1,
                passed && uniform(stream.uid()) < share,
                stream.tokens(),
                stream.trace(),
                stream.text());
    }

    /** In [0, 1), the same for the same stream. */
    private double uniform(String streamUid) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] bytes = mac.doFinal(streamUid.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(bytes).getLong() >>> 11) * 0x1p-53;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
