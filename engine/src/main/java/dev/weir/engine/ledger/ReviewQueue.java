package dev.weir.engine.ledger;

import java.util.List;

/**
 * What a tenant's reviewers have not looked at yet, a bounded piece at a time. A stream is in it once: as what was drawn
 * for audit, or by its stop, or by its last flag. Reads with the reader it is given, and on its thread.
 */
public final class ReviewQueue {

    /** Entries of the ledger that one question may go through. */
    static final long SPAN = 100_000;

    private static final String STOP = "body LIKE '%\"kind\":\"stop\"%'";
    private static final String FLAG = "body LIKE '%\"kind\":\"flag\"%'";
    private static final String END = "body LIKE '%\"kind\":\"end\"%'";

    private static final String REVIEWED = " EXISTS (SELECT 1 FROM weir_entries v WHERE v.about = %s.id"
            + " AND v.kind = 'review' AND v.tenant = %<s.tenant)";

    /** Another receipt of the same stream that stands for it, or was reviewed. */
    private static final String SPOKEN_FOR = " EXISTS (SELECT 1 FROM weir_entries o WHERE o.about = e.about"
            + " AND o.kind = 'receipt' AND o.sequence <> e.sequence AND (o." + STOP + " OR (o." + FLAG
            + " AND o.sequence > e.sequence) OR" + REVIEWED.formatted("o") + "))";

    private static final String DECIDED = "SELECT " + Rows.ENTRY + " FROM weir_entries e WHERE e.kind = 'receipt'"
            + " AND e.tenant = ? AND e.sequence < ? AND e.sequence >= ? AND NOT" + REVIEWED.formatted("e")
            + " AND (e." + STOP + " OR (e." + FLAG + " AND NOT" + SPOKEN_FOR + ")) ORDER BY e.sequence DESC LIMIT ?";

    private static final String AUDITS = "SELECT " + Rows.ENTRY + " FROM weir_entries e WHERE e.kind = 'receipt'"
            + " AND e.tenant = ? AND e." + END + " AND NOT" + REVIEWED.formatted("e")
            + " AND e.about IN (SELECT s.id FROM weir_entries s WHERE s.about = '" + LedgerReader.AUDITED
            + "' AND s.kind = 'stream' AND s.tenant = e.tenant) ORDER BY e.sequence LIMIT ?";

    private final LedgerReader ledger;

    /**
     * Some of the queue.
     *
     * @param receipts newest first
     * @param before where to go on, 0 when there is nothing older
     */
    public record Piece(List<Receipt> receipts, long before) {}

    public ReviewQueue(LedgerReader ledger) {
        this.ledger = ledger;
    }

    /** The ends of streams that were let pass and drawn for audit, oldest first. */
    public List<Receipt> audits(String tenant, int most) {
        return read(AUDITS, tenant, (long) most).stream()
                .map(EntryBody::receipt)
                .toList();
    }

    /**
     * Stops, and flags of streams that nothing stopped.
     *
     * @param before {@link Long#MAX_VALUE} begins with the newest
     */
    public Piece decided(String tenant, long before, int most) {
        long from = Math.min(before, ledger.last() + 1);
        long down = Math.max(0, from - SPAN);
        List<Entry> found = read(DECIDED, tenant, from, down, (long) most);
        long next = found.size() == most ? found.getLast().sequence() : down;
        return new Piece(found.stream().map(EntryBody::receipt).toList(), next <= 1 ? 0 : next);
    }

    private List<Entry> read(String sql, Object... values) {
        return LedgerReader.run(() -> Rows.all(ledger.connection(), Rows::entry, sql, values));
    }
}
