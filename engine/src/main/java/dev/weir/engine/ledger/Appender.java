package dev.weir.engine.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appends entries to their chains within one transaction, which belongs to the caller. Where each chain ends is read from
 * the database and not remembered from the transaction before, so that others, a command line say, may append in between.
 */
final class Appender implements AutoCloseable {

    /** Of every checkpoint: one is found by it and its chain. */
    static final String CHECKPOINT_ID = "checkpoint";

    private static final String GO_ON =
            " ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash";

    private final Connection connection;
    private final String node;
    private final Map<String, Entry> heads = new HashMap<>(); // of chains appended to
    private final PreparedStatement entries;
    private final PreparedStatement traces;
    private final PreparedStatement texts;
    private long sequence;

    /** @param connection with the ledger's lock */
    Appender(Connection connection, String node) throws SQLException {
        this.connection = connection;
        this.node = node;
        this.sequence = Rows.first(
                        connection, row -> row.getLong(1), "SELECT COALESCE(MAX(sequence), 0) FROM weir_chains")
                .orElseThrow();
        this.entries = connection.prepareStatement(
                "INSERT INTO weir_entries"
                        + " (sequence, chain, kind, tenant, id, about, at_millis, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        this.traces = connection.prepareStatement("INSERT INTO weir_traces (sequence, bytes) VALUES (?, ?)");
        this.texts = connection.prepareStatement("INSERT INTO weir_texts (sequence, bytes) VALUES (?, ?)");
    }

    Connection connection() {
        return connection;
    }

    /** This node's chain about the tenant. */
    String chain(String tenant) {
        return node + '/' + tenant;
    }

    void receipt(Receipt receipt) throws SQLException {
        append(
                chain(receipt.tenant()),
                Kind.RECEIPT,
                receipt.tenant(),
                receipt.id(),
                receipt.streamUid(),
                receipt.atMillis(),
                EntryBody.of(receipt));
    }

    /** @param sealedText null when none is kept */
    void stream(StreamRecord stream, byte @Nullable [] sealedText) throws SQLException {
        append(
                chain(stream.tenant()),
                Kind.STREAM,
                stream.tenant(),
                stream.uid(),
                stream.audited() ? LedgerReader.AUDITED : null,
                stream.endedMillis(),
                EntryBody.of(stream, sealedText));
        if (stream.trace().length > 0) {
            attach(traces, stream.trace());
        }
        if (sealedText != null) {
            attach(texts, sealedText);
        }
    }

    void review(Review review) throws SQLException {
        append(
                chain(review.tenant()),
                Kind.REVIEW,
                review.tenant(),
                review.id(),
                review.receipt(),
                review.atMillis(),
                EntryBody.of(review));
    }

    void definition(Definition definition, long atMillis) throws SQLException {
        append(
                chain(Tenant.DEFAULT),
                Kind.DEFINITION,
                Tenant.DEFAULT,
                id(definition.kind(), definition.id()),
                null,
                atMillis,
                EntryBody.of(definition));
    }

    void action(OperatorAction action) throws SQLException {
        append(
                chain(Tenant.DEFAULT),
                Kind.ACTION,
                Tenant.DEFAULT,
                action.action(),
                action.who(),
                action.atMillis(),
                EntryBody.of(action));
    }

    static String id(String definitionKind, String definitionId) {
        return definitionKind + ':' + definitionId;
    }

    private void attach(PreparedStatement statement, byte[] bytes) throws SQLException {
        statement.setLong(1, sequence);
        statement.setBytes(2, bytes);
        statement.addBatch();
    }

    void append(String chain, Kind kind, String tenant, String id, @Nullable String about, long atMillis, String body)
            throws SQLException {
        byte[] previous = head(chain);
        sequence++;
        Entry entry =
                new Entry(sequence, chain, kind.stored(), tenant, id, about, atMillis, body, previous).after(previous);
        entries.setLong(1, sequence);
        entries.setString(2, chain);
        entries.setString(3, entry.kind());
        entries.setString(4, tenant);
        entries.setString(5, id);
        entries.setString(6, about);
        entries.setLong(7, atMillis);
        entries.setString(8, body);
        entries.setBytes(9, entry.hash());
        entries.addBatch();
        heads.put(chain, entry);
    }

    private byte[] head(String chain) throws SQLException {
        Entry appended = heads.get(chain);
        if (appended != null) {
            return appended.hash();
        }
        Optional<byte[]> stored = Rows.first(
                connection, row -> Rows.bytes(row, 1), "SELECT hash FROM weir_chains WHERE chain = ?", chain);
        return stored.orElseGet(() -> Entry.genesis(chain));
    }

    /** Hands what was appended to the database, where the transaction sees it from now on. */
    void flush() throws SQLException {
        entries.executeBatch();
        traces.executeBatch();
        texts.executeBatch();
        for (Entry head : heads.values()) {
            Rows.update(
                    connection,
                    "INSERT INTO weir_chains (chain, base, sequence, hash) VALUES (?, ?, ?, ?)" + GO_ON,
                    head.chain(),
                    Entry.genesis(head.chain()),
                    head.sequence(),
                    head.hash());
        }
    }

    @Override
    public void close() throws SQLException {
        entries.close();
        traces.close();
        texts.close();
    }
}
