package dev.weir.engine.ledger;

import dev.weir.engine.ledger.EntryBody.Checkpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Takes the oldest entries, traces and texts out of the ledger. Each chain that loses something is given a checkpoint with
 * the hash of the last entry it lost, which its oldest entry follows from; so the rest can still be checked, back to
 * there. A definition among what goes is written again first, because streams that stay may have been decided by it.
 *
 * <p>Age is an entry's own time, and only a beginning of the ledger is ever pruned: what a clock that ran ahead wrote
 * keeps what came after it a while longer.
 */
final class Pruning {

    /** Entries taken in one transaction, so that those waiting to be written do not wait long. */
    private static final int STEP = 4_096;

    private final Appender appender;
    private final Connection connection;
    private final LedgerSettings.Retention retention;
    private final long nowMillis;

    private Pruning(Appender appender, LedgerSettings.Retention retention, long nowMillis) {
        this.appender = appender;
        this.connection = appender.connection();
        this.retention = retention;
        this.nowMillis = nowMillis;
    }

    /**
     * One step, in the appender's transaction.
     *
     * @return whether there is more to take
     */
    static boolean step(Appender appender, LedgerSettings.Retention retention, long nowMillis) throws SQLException {
        return new Pruning(appender, retention, nowMillis).step();
    }

    private boolean step() throws SQLException {
        long entries = oldThrough("weir_entries", retention.entries());
        long traces = Math.max(entries, oldThrough("weir_traces", retention.traces()));
        long texts = Math.max(entries, oldThrough("weir_texts", retention.texts()));
        TreeSet<String> chains = new TreeSet<>(chainsOf("weir_entries", entries));
        chains.addAll(chainsOf("weir_traces", traces));
        chains.addAll(chainsOf("weir_texts", texts));
        for (String chain : chains) {
            prune(chain, entries, traces, texts);
        }
        Rows.update(connection, "DELETE FROM weir_entries WHERE sequence <= ?", entries);
        Rows.update(connection, "DELETE FROM weir_traces WHERE sequence <= ?", traces);
        Rows.update(connection, "DELETE FROM weir_texts WHERE sequence <= ?", texts);
        return !chains.isEmpty();
    }

    /** Up to which sequence number a table is old, as far as one step goes; 0 when nothing in it is. */
    private long oldThrough(String table, Duration age) throws SQLException {
        long since = nowMillis - age.toMillis();
        Optional<Long> firstYoung = Rows.first(
                connection,
                row -> row.getLong(1),
                "SELECT sequence FROM weir_entries WHERE at_millis >= ? AND sequence >="
                        + " (SELECT COALESCE(MIN(sequence), 0) FROM " + table + ") ORDER BY sequence LIMIT 1",
                since);
        return Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT COALESCE(MAX(sequence), 0) FROM (SELECT sequence FROM " + table
                                + " WHERE sequence < ? ORDER BY sequence LIMIT " + STEP + ") AS oldest",
                        firstYoung.orElse(Long.MAX_VALUE))
                .orElseThrow();
    }

    private List<String> chainsOf(String table, long through) throws SQLException {
        return Rows.all(
                connection,
                row -> Rows.text(row, 1),
                "SELECT DISTINCT e.chain FROM weir_entries e JOIN " + table + " t ON t.sequence = e.sequence"
                        + " WHERE t.sequence <= ?",
                through);
    }

    private void prune(String chain, long entries, long traces, long texts) throws SQLException {
        Checkpoint before = Rows.checkpoint(connection, chain)
                .map(EntryBody::checkpoint)
                .orElse(new Checkpoint(0, 0, encode(Entry.genesis(chain)), 0, 0));
        long lost = Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT COUNT(*) FROM weir_entries WHERE chain = ? AND sequence <= ?",
                        chain,
                        entries)
                .orElseThrow();
        Optional<byte[]> last = Rows.first(
                connection,
                row -> Rows.bytes(row, 1),
                "SELECT hash FROM weir_entries WHERE chain = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1",
                chain,
                entries);
        writeDefinitionsAgain(chain, entries);
        Checkpoint checkpoint = new Checkpoint(
                Math.max(before.through(), lost > 0 ? entries : 0),
                before.pruned() + lost,
                last.map(Pruning::encode).orElse(before.last()),
                Math.max(before.tracesThrough(), traces),
                Math.max(before.textsThrough(), texts));
        appender.append(
                chain,
                Kind.CHECKPOINT,
                chain.substring(chain.indexOf('/') + 1),
                Appender.CHECKPOINT_ID,
                null,
                nowMillis,
                EntryBody.of(checkpoint));
        appender.flush();
        if (last.isPresent()) {
            Rows.update(connection, "UPDATE weir_chains SET base = ? WHERE chain = ?", last.get(), chain);
        }
    }

    private void writeDefinitionsAgain(String chain, long through) throws SQLException {
        List<Entry> definitions = Rows.all(
                connection,
                Rows::entry,
                "SELECT " + Rows.ENTRY + " FROM weir_entries e WHERE e.chain = ? AND e.sequence <= ? AND e.kind = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM weir_entries later WHERE later.id = e.id"
                        + " AND later.kind = e.kind AND later.sequence > e.sequence) ORDER BY e.sequence",
                chain,
                through,
                Kind.DEFINITION.stored());
        for (Entry definition : definitions) {
            appender.definition(EntryBody.definition(definition), nowMillis);
        }
    }

    static String encode(byte[] hash) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }
}
