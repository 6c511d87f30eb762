package dev.weir.engine.ledger;

import dev.weir.engine.ledger.EntryBody.Checkpoint;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks all chains of a ledger and names the first entry of each that is not as it was written. An entry is held to its
 * hash, a trace or text to the digest in its entry, the ends of a chain to what is said of them beside it.
 *
 * <p>What it cannot see is a ledger that somebody wrote anew from some entry on, hashes and all: keep the head of each
 * chain, which {@code verify} prints, somewhere else from time to time.
 */
public final class Verification {

    private static final int PAGE = 512;

    /**
     * @param chain node and tenant; empty when the fault is of the database as a whole
     * @param sequence of the entry; 0 when it is of no entry
     * @param kind as it stands in the entry
     * @param what is wrong
     */
    public record Fault(String chain, long sequence, String kind, String what) {}

    /**
     * A chain's last entry, and how much of it there is.
     *
     * @param hash hexadecimal
     */
    public record Head(String chain, long entries, long pruned, long sequence, String hash) {}

    /** @param heads of the chains without a fault */
    public record Report(long entries, List<Fault> faults, List<Head> heads) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(Entry entry, byte @Nullable [] trace, byte @Nullable [] text) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Chain(String name, byte[] base, long headSequence, byte[] headHash) {}

    /** One chain on the way. */
    private static final class Walk {
        final Chain chain;
        final Checkpoint checkpoint;
        byte[] previous;
        long entries;
        long sequence;

        @Nullable
        Fault fault;

        Walk(Chain chain, Checkpoint checkpoint) {
            this.chain = chain;
            this.checkpoint = checkpoint;
            this.previous = chain.base();
        }
    }

    private final Connection connection;
    private final LongConsumer progress;
    private final Map<String, Walk> walks = new TreeMap<>();
    private final Map<Long, Fault> faults = new LinkedHashMap<>(); // of no chain, by what they are about
    private long entries;

    private Verification(Connection connection, LongConsumer progress) {
        this.connection = connection;
        this.progress = progress;
    }

    /** @param progress is told from time to time how many entries are checked */
    public static Report of(LedgerReader reader, LongConsumer progress) {
        return new Verification(reader.connection(), progress).run();
    }

    private Report run() {
        try {
            integrity();
            beginWalks();
            walk();
            strays("weir_traces", "a trace");
            strays("weir_texts", "a text");
        } catch (SQLException | UncheckedIOException e) {
            faults.put(-1L, new Fault("", 0, "database", "cannot be read further: " + e.getMessage()));
        }
        walks.forEach(this::end);
        List<Fault> found = new ArrayList<>(faults.values());
        List<Head> heads = new ArrayList<>();
        walks.forEach((chain, walk) -> {
            if (walk.fault == null) {
                heads.add(new Head(
                        chain,
                        walk.entries,
                        walk.checkpoint.pruned(),
                        walk.sequence,
                        HexFormat.of().formatHex(walk.previous)));
            } else {
                found.add(walk.fault);
            }
        });
        return new Report(entries, found, heads);
    }

    /** SQLite's own check of its pages and indexes: an index that lies hides rows from those who look for them. */
    private void integrity() throws SQLException {
        if (connection.getMetaData().getDatabaseProductName().equals("SQLite")) {
            List<String> said = Rows.all(connection, row -> Rows.text(row, 1), "PRAGMA integrity_check(1)");
            if (!said.equals(List.of("ok"))) {
                faults.put(0L, new Fault("", 0, "database", String.join("; ", said)));
            }
        }
    }

    private void beginWalks() throws SQLException {
        for (Chain chain : Rows.all(
                connection,
                row -> new Chain(Rows.text(row, 1), Rows.bytes(row, 2), row.getLong(3), Rows.bytes(row, 4)),
                "SELECT chain, base, sequence, hash FROM weir_chains")) {
            walks.put(chain.name(), new Walk(chain, checkpoint(chain.name(), chain.base())));
        }
    }

    /**
     * The last of a chain. Of one that was tampered with nothing is believed and nothing held against what comes before
     * it, so that the walk comes to it and names it.
     */
    private Checkpoint checkpoint(String chain, byte[] base) throws SQLException {
        Optional<Entry> last = Rows.checkpoint(connection, chain);
        if (last.isEmpty()) {
            return new Checkpoint(0, 0, Pruning.encode(Entry.genesis(chain)), 0, 0);
        }
        byte[] previous = Rows.first(
                        connection,
                        row -> Rows.bytes(row, 1),
                        "SELECT hash FROM weir_entries WHERE chain = ? AND sequence < ? ORDER BY sequence DESC LIMIT 1",
                        chain,
                        last.get().sequence())
                .orElse(base);
        return Arrays.equals(last.get().hash(), last.get().hashAfter(previous))
                ? EntryBody.checkpoint(last.get())
                : new Checkpoint(0, 0, "", Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private void walk() throws SQLException {
        long last = Long.MIN_VALUE;
        List<Row> page;
        do {
            page = Rows.all(
                    connection,
                    Verification::row,
                    "SELECT " + Rows.ENTRY + ", t.bytes, x.bytes FROM weir_entries e"
                            + " LEFT JOIN weir_traces t ON t.sequence = e.sequence"
                            + " LEFT JOIN weir_texts x ON x.sequence = e.sequence"
                            + " WHERE e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE,
                    last);
            for (Row row : page) {
                last = row.entry().sequence();
                check(row);
            }
            entries += page.size();
            progress.accept(entries);
        } while (page.size() == PAGE);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(Rows.entry(row), row.getBytes(10), row.getBytes(11));
    }

    private void check(Row row) {
        Entry entry = row.entry();
        Walk walk = walks.get(entry.chain());
        if (walk == null) {
            faults.put(entry.sequence(), fault(entry, "belongs to a chain that is not known"));
            return;
        }
        if (walk.fault != null) {
            return;
        }
        if (!Arrays.equals(entry.hash(), entry.hashAfter(walk.previous))) {
            walk.fault = brokenLink(entry, walk);
            return;
        }
        String problem = attachments(row, walk.checkpoint);
        if (!problem.isEmpty()) {
            walk.fault = fault(entry, problem);
            return;
        }
        walk.previous = entry.hash();
        walk.sequence = entry.sequence();
        walk.entries++;
    }

    private static Fault brokenLink(Entry entry, Walk walk) {
        boolean first = walk.entries == 0;
        if (first && followsFrom(walk.checkpoint, entry)) {
            return new Fault(
                    entry.chain(), 0, "chain", "its base is not what its last checkpoint, or its beginning, says");
        }
        return fault(
                entry,
                first
                        ? "its hash is not that of its content behind the beginning of its chain"
                        : "its hash is not that of its content behind entry " + walk.sequence
                                + ": it was changed, or one between them is missing");
    }

    private static boolean followsFrom(Checkpoint checkpoint, Entry entry) {
        return Arrays.equals(
                entry.hash(), entry.hashAfter(Base64.getUrlDecoder().decode(checkpoint.last())));
    }

    /** What is wrong with an intact entry's trace and text; empty for nothing. */
    private static String attachments(Row row, Checkpoint checkpoint) {
        if (!row.entry().kind().equals(Kind.STREAM.stored())) {
            return row.trace() == null && row.text() == null ? "" : "has a trace or text, as only a stream has";
        }
        String trace = attachment(row.entry(), "trace", row.trace(), checkpoint.tracesThrough());
        return trace.isEmpty() ? attachment(row.entry(), "text", row.text(), checkpoint.textsThrough()) : trace;
    }

    private static String attachment(Entry entry, String name, byte @Nullable [] bytes, long prunedThrough) {
        String digest = EntryBody.digestOf(entry, name);
        if (bytes == null) {
            return digest.isEmpty() || entry.sequence() <= prunedThrough ? "" : "its " + name + " is missing";
        }
        if (digest.isEmpty()) {
            return "has a " + name + " that it was written without";
        }
        return EntryBody.digest(bytes).equals(digest) ? "" : "its " + name + " was changed";
    }

    private void strays(String table, String what) throws SQLException {
        Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT t.sequence FROM " + table + " t LEFT JOIN weir_entries e ON e.sequence = t.sequence"
                                + " WHERE e.sequence IS NULL ORDER BY t.sequence LIMIT 1")
                .ifPresent(sequence -> faults.put(
                        sequence, new Fault("", sequence, "stream", what + " of an entry that is not there")));
    }

    private void end(String chain, Walk walk) {
        if (walk.fault == null
                && faults.isEmpty()
                && !(walk.sequence == walk.chain.headSequence()
                        && Arrays.equals(walk.previous, walk.chain.headHash()))) {
            walk.fault = new Fault(
                    chain,
                    0,
                    "chain",
                    "its head is said to be entry " + walk.chain.headSequence() + ", and the last one there is "
                            + walk.sequence + ": one was changed, or the newest are missing");
        }
    }

    private static Fault fault(Entry entry, String what) {
        return new Fault(entry.chain(), entry.sequence(), entry.kind(), what);
    }
}
