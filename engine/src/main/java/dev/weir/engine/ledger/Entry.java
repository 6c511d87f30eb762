package dev.weir.engine.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger, and the hash that ties it to all rows of its chain before it. Changing, removing or swapping
 * rows breaks the hash of the first row behind.
 *
 * <p>The hash is SHA-256 over the hash before it and then every column: numbers as eight bytes, strings as UTF-8 behind
 * their length in four bytes, null as the length -1. A trace or text is in it by its digest, which stands in the body, so
 * that it can be pruned and the chain still be checked. The body is JSON in ASCII, so that no two byte sequences read as
 * the same body.
 *
 * @param sequence rising through the whole database, over all chains
 * @param chain node and tenant; one writer's entries about one tenant
 * @param kind a {@link Kind} as stored; anything in a row that was tampered with
 * @param id of a receipt, review or stream its own; of a definition kind and id; of an action what was done
 * @param about a receipt's stream, a review's receipt, who did an action
 * @param atMillis when it was, since the epoch
 * @param body one JSON object: what the other columns do not say
 */
@SuppressWarnings("ArrayRecordComponent") // compared as what it is, by those who check it
public record Entry(
        long sequence,
        String chain,
        String kind,
        String tenant,
        String id,
        @Nullable String about,
        long atMillis,
        String body,
        byte[] hash) {

    /** What an entry without one before it follows from. */
    static byte[] genesis(String chain) {
        return ReceiptId.sha256(("weir ledger " + chain).getBytes(StandardCharsets.UTF_8));
    }

    /** The same row with the hash it has behind {@code previous}. */
    Entry after(byte[] previous) {
        return new Entry(sequence, chain, kind, tenant, id, about, atMillis, body, hashAfter(previous));
    }

    byte[] hashAfter(byte[] previous) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + body.length());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(previous);
            out.writeLong(sequence);
            out.writeLong(atMillis);
            write(out, chain);
            write(out, kind);
            write(out, tenant);
            write(out, id);
            write(out, about);
            write(out, body);
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes every byte", e);
        }
        return ReceiptId.sha256(bytes.toByteArray());
    }

    private static void write(DataOutputStream out, @Nullable String column) throws IOException {
        if (column == null) {
            out.writeInt(-1);
        } else {
            byte[] utf8 = column.getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        }
    }
}
