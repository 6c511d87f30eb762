package dev.weir.engine.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a ledger beside whoever writes it, on a connection of its own and a few entries at a time, so that memory does
 * not grow with what is read and no transaction stays open. One thread at a time. Every method throws
 * {@link UncheckedIOException} when the database fails.
 */
public final class LedgerReader implements AutoCloseable {

    /** What a stream's entry is about when it was drawn for audit. */
    static final String AUDITED = "audit";

    private static final int PAGE = 256;
    private static final String STOPPED = "stopped";
    private static final byte[] NO_TRACE = {};
    private static final String SELECT = "SELECT " + Rows.ENTRY + " FROM weir_entries e ";
    private static final String SELECT_WITH_TRACE = "SELECT " + Rows.ENTRY
            + ", t.bytes FROM weir_entries e LEFT JOIN weir_traces t ON t.sequence = e.sequence ";

    /** Takes entries one by one, in the order of their sequence numbers. */
    public interface Each<E> {
        /** @param sequence where to go on after this one, given as {@code after} */
        void take(long sequence, E entry);
    }

    /** A stream that was drawn for audit and let pass, and the receipt to review it by. */
    public record Audit(StreamRecord stream, Receipt receipt) {}

    private record Ended(Entry entry, boolean again) {}

    interface Query<T> {
        T run() throws SQLException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Traced(Entry entry, byte[] trace) {}

    private final Connection connection;
    private final TextSeal seal;

    private LedgerReader(Connection connection, TextSeal seal) {
        this.connection = connection;
        this.seal = seal;
    }

    /** @throws IOException one line that says what is wrong; also when there is no ledger yet */
    public static LedgerReader open(LedgerSettings settings) throws IOException {
        if (!settings.isKept()) {
            throw new IOException(
                    "weir.ledger.url: \"\" (expected: the URL of a ledger; this configuration keeps none)");
        }
        Optional<Path> file = Database.file(settings);
        if (file.isPresent() && !Files.exists(file.get())) {
            throw new IOException("weir.ledger.url: " + file.get() + " is not there (expected: the file of a ledger)");
        }
        return new LedgerReader(Database.open(settings), new TextSeal(new KeyFolder(settings.keyFolder())));
    }

    Connection connection() {
        return connection;
    }

    /** Every stream that ended, traces included. {@code after} 0 begins with the oldest that is kept. */
    public void streams(long after, Each<StreamRecord> each) {
        long last = after;
        List<Traced> page;
        do {
            long from = last;
            page = run(
                    () -> traced("WHERE e.kind = 'stream' AND e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE, from));
            for (Traced stream : page) {
                last = stream.entry().sequence();
                each.take(last, EntryBody.stream(stream.entry(), stream.trace()));
            }
        } while (page.size() == PAGE);
    }

    /**
     * Every stream that was stopped or decided to its end, once and without its trace. One that was resumed and decided
     * again counts again only when it is stopped then and was not before. {@code after} as in {@link #streams}.
     */
    public void decided(long after, Each<StreamRecord> each) {
        long last = after;
        List<Ended> page;
        do {
            long from = last;
            page = run(() -> Rows.all(
                    connection,
                    row -> new Ended(Rows.entry(row), row.getBoolean(10)),
                    "SELECT " + Rows.ENTRY + ", EXISTS (SELECT 1 FROM weir_entries earlier WHERE earlier.id = e.id"
                            + " AND earlier.kind = e.kind AND earlier.sequence < e.sequence) FROM weir_entries e"
                            + " WHERE e.kind = 'stream' AND e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE,
                    from));
            for (Ended ended : page) {
                last = ended.entry().sequence();
                StreamRecord stream = EntryBody.stream(ended.entry(), NO_TRACE);
                boolean stopped = stream.outcome().equals(STOPPED);
                if ((stopped || AuditSample.PASSED.contains(stream.outcome()))
                        && !(ended.again() && wasDecidedBefore(ended.entry(), stopped))) {
                    each.take(last, stream);
                }
            }
        } while (page.size() == PAGE);
    }

    /** @param asStopped only if it was stopped */
    private boolean wasDecidedBefore(Entry stream, boolean asStopped) {
        return run(() -> Rows.all(
                        connection,
                        Rows::entry,
                        SELECT + "WHERE e.id = ? AND e.kind = 'stream' AND e.sequence < ?",
                        stream.id(),
                        stream.sequence()))
                .stream()
                .map(entry -> EntryBody.stream(entry, NO_TRACE).outcome())
                .anyMatch(outcome -> outcome.equals(STOPPED) || (!asStopped && AuditSample.PASSED.contains(outcome)));
    }

    /** The latest record of a stream. */
    public Optional<StreamRecord> stream(String uid) {
        List<StreamRecord> found = new ArrayList<>();
        stream(uid, (sequence, stream) -> found.add(stream));
        return found.stream().findFirst();
    }

    /** The same, and where it is. */
    public void stream(String uid, Each<StreamRecord> each) {
        run(() -> traced("WHERE e.id = ? AND e.kind = 'stream' ORDER BY e.sequence DESC LIMIT 1", uid))
                .forEach(stream ->
                        each.take(stream.entry().sequence(), EntryBody.stream(stream.entry(), stream.trace())));
    }

    /** Where to begin with {@link #streams}, to be given the newest so many; 0 when there are no more than those. */
    public long beforeNewest(int streams) {
        return run(() -> Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT e.sequence FROM weir_entries e WHERE e.kind = 'stream' ORDER BY e.sequence DESC"
                                + " LIMIT 1 OFFSET ?",
                        (long) streams))
                .orElse(0L);
    }

    private List<Traced> traced(String where, Object... values) throws SQLException {
        return Rows.all(
                connection, row -> new Traced(Rows.entry(row), Rows.bytes(row, 10)), SELECT_WITH_TRACE + where, values);
    }

    public Optional<Receipt> receipt(String tenant, String id) {
        return run(() -> Rows.latest(connection, Kind.RECEIPT, tenant, id).map(EntryBody::receipt));
    }

    /** All receipts of a stream that are kept, oldest first. */
    public List<Receipt> receiptsOf(String streamUid) {
        return run(() -> about(streamUid, Kind.RECEIPT)).stream()
                .map(EntryBody::receipt)
                .toList();
    }

    /** All reviews of a receipt that are kept, oldest first. */
    public List<Review> reviewsOf(String tenant, String receipt) {
        return run(() -> about(receipt, Kind.REVIEW)).stream()
                .filter(entry -> entry.tenant().equals(tenant))
                .map(EntryBody::review)
                .toList();
    }

    private List<Entry> about(String what, Kind kind) throws SQLException {
        return Rows.all(
                connection,
                Rows::entry,
                SELECT + "WHERE e.about = ? AND e.kind = ? ORDER BY e.sequence",
                what,
                kind.stored());
    }

    /** As it stands now. */
    public Optional<Definition> definition(String kind, String id) {
        return definition(kind, id, Long.MAX_VALUE);
    }

    /**
     * As it stood when the entry of this sequence number was written: an operator may change a policy and leave its
     * version. A definition that was pruned is written again later, so that the oldest that is left holds for what is
     * older.
     */
    public Optional<Definition> definition(String kind, String id, long at) {
        return run(() -> Rows.first(
                        connection,
                        Rows::entry,
                        SELECT + "WHERE e.id = ? AND e.kind = 'definition'"
                                + " ORDER BY CASE WHEN e.sequence <= ? THEN -e.sequence ELSE e.sequence END LIMIT 1",
                        Appender.id(kind, id),
                        at)
                .map(EntryBody::definition));
    }

    /**
     * Every decision that has a review written after {@code after}, once each, in the order of their last reviews and with
     * what all reviews so far come to: each reviewer's latest review counts, the majority of them decides, and a tie is no
     * label. A decision reviewed again later is given again.
     */
    public void reviewed(long after, Each<ReviewedDecision> each) {
        long last = after;
        List<Entry> page;
        do {
            long from = last;
            page = run(() -> Rows.all(
                    connection,
                    Rows::entry,
                    SELECT + "WHERE e.kind = 'review' AND e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE,
                    from));
            for (Entry review : page) {
                last = review.sequence();
                decision(review).ifPresent(decision -> each.take(review.sequence(), decision));
            }
        } while (page.size() == PAGE);
    }

    /** Every definition of a kind that is kept, oldest first; one that was pruned and written again comes where it is now. */
    public List<Definition> definitions(String kind) {
        return run(() -> Rows.all(
                        connection,
                        Rows::entry,
                        SELECT + "WHERE e.kind = 'definition' AND e.id LIKE ? ORDER BY e.sequence",
                        Appender.id(kind, "%")))
                .stream()
                .map(EntryBody::definition)
                .toList();
    }

    /** Empty unless this is the last review of its receipt. */
    private Optional<ReviewedDecision> decision(Entry review) {
        String receiptId = EntryBody.review(review).receipt();
        List<Entry> reviews = run(() -> about(receiptId, Kind.REVIEW)).stream()
                .filter(entry -> entry.tenant().equals(review.tenant()))
                .toList();
        if (reviews.getLast().sequence() != review.sequence()) {
            return Optional.empty();
        }
        Consensus consensus =
                Consensus.of(reviews.stream().map(EntryBody::review).toList());
        return receipt(review.tenant(), receiptId)
                .map(receipt -> new ReviewedDecision(
                        receipt,
                        consensus.label(),
                        consensus.categories(),
                        consensus.reviewers(),
                        run(() -> Rows.latest(connection, Kind.STREAM, receipt.tenant(), receipt.streamUid()))
                                .map(entry -> EntryBody.stream(entry, NO_TRACE))
                                .filter(StreamRecord::audited)
                                .map(StreamRecord::auditProbability)
                                .orElse(1.0)));
    }

    /** The streams drawn for audit that nobody has reviewed, oldest first. */
    public void audits(long after, Each<Audit> each) {
        long last = after;
        List<Traced> page;
        do {
            long from = last;
            page = run(() -> traced(
                    "WHERE e.about = ? AND e.kind = 'stream' AND e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE,
                    AUDITED,
                    from));
            for (Traced drawn : page) {
                last = drawn.entry().sequence();
                StreamRecord stream = EntryBody.stream(drawn.entry(), drawn.trace());
                long sequence = last;
                receiptsOf(stream.uid()).stream()
                        .filter(receipt -> receipt.kind().equals("end"))
                        .reduce((one, later) -> later)
                        .filter(receipt ->
                                reviewsOf(stream.tenant(), receipt.id()).isEmpty())
                        .ifPresent(receipt -> each.take(sequence, new Audit(stream, receipt)));
            }
        } while (page.size() == PAGE);
    }

    /** The text of a stream, if it was kept and its tenant's key is not destroyed. */
    public Optional<String> text(String streamUid) {
        Optional<Entry> stream = run(() -> Rows.first(
                connection,
                Rows::entry,
                SELECT + "WHERE e.id = ? AND e.kind = 'stream' ORDER BY e.sequence DESC",
                streamUid));
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> sealed = run(() -> Rows.first(
                connection,
                row -> Rows.bytes(row, 1),
                "SELECT bytes FROM weir_texts WHERE sequence = ?",
                stream.get().sequence()));
        try {
            return sealed.isEmpty() ? Optional.empty() : seal.open(stream.get().tenant(), streamUid, sealed.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The trace of the stream whose entry this is; empty when it was pruned, or there never was one. */
    public byte[] trace(long sequence) {
        return run(() -> Rows.first(
                        connection,
                        row -> Rows.bytes(row, 1),
                        "SELECT bytes FROM weir_traces WHERE sequence = ?",
                        sequence))
                .orElseGet(() -> new byte[0]);
    }

    /** Everything, as it is stored. */
    public void entries(long after, Each<Entry> each) {
        long last = after;
        List<Entry> page;
        do {
            long from = last;
            page = run(() -> Rows.all(
                    connection, Rows::entry, SELECT + "WHERE e.sequence > ? ORDER BY e.sequence LIMIT " + PAGE, from));
            for (Entry entry : page) {
                last = entry.sequence();
                each.take(last, entry);
            }
        } while (page.size() == PAGE);
    }

    /** The latest entries, oldest first. */
    public List<Entry> latest(int count) {
        return run(() -> Rows.all(connection, Rows::entry, SELECT + "ORDER BY e.sequence DESC LIMIT ?", (long) count))
                .reversed();
    }

    /** Everything there is of a stream, a receipt, a review or another thing of this id, oldest first. */
    public List<Entry> concerning(String id) {
        return run(() -> Rows.all(
                connection, Rows::entry, SELECT + "WHERE e.id = ? OR e.about = ? ORDER BY e.sequence", id, id));
    }

    /** The sequence number of the newest entry, 0 when there is none. */
    public long last() {
        return run(() -> Rows.first(
                        connection, row -> row.getLong(1), "SELECT COALESCE(MAX(sequence), 0) FROM weir_entries"))
                .orElseThrow();
    }

    /** How many entries there are. */
    public long size() {
        return run(() -> Rows.first(connection, row -> row.getLong(1), "SELECT COUNT(*) FROM weir_entries"))
                .orElseThrow();
    }

    static <T> T run(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the ledger cannot be read: " + e.getMessage(), e));
        }
    }

    @Override
    public void close() {
        run(() -> {
            connection.close();
            return true;
        });
    }
}
