package dev.weir.engine.ledger;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups of entries, one transaction each, durable when {@link #write} returns. Not thread-safe: it belongs to the
 * ledger's one writing thread.
 */
final class GroupWriter implements AutoCloseable {

    /** What a waiting item is taken to cost beside its trace and text. */
    private static final int ITEM_BYTES = 1_024;

    /** Something to be written. */
    sealed interface Item {

        /** What it holds while it waits. */
        default long bytes() {
            return ITEM_BYTES;
        }

        /** Whether nobody else has it when it cannot be written. */
        default boolean isLost() {
            return true;
        }

        /** Says what became of it, to whoever waits. */
        default void tell() {}
    }

    record Decided(Receipt receipt) implements Item {}

    record Ended(StreamRecord stream) implements Item {

        @Override
        public long bytes() {
            String text = stream.text();
            return ITEM_BYTES + stream.trace().length + (text == null ? 0 : 2L * text.length());
        }
    }

    record Define(Definition definition) implements Item {}

    record Acted(OperatorAction action) implements Item {}

    /** A review, answered when its group is durable or known not to be. */
    static final class Judge implements Item {

        private final Review review;
        private final Consumer<ReviewOutcome> done;
        private ReviewOutcome outcome = ReviewOutcome.UNAVAILABLE;

        Judge(Review review, Consumer<ReviewOutcome> done) {
            this.review = review;
            this.done = done;
        }

        @Override
        public boolean isLost() {
            return false; // its sender is told, and has it
        }

        @Override
        public void tell() {
            done.accept(outcome);
        }
    }

    record Prune() implements Item {

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public boolean isLost() {
            return false;
        }
    }

    private final LedgerSettings settings;
    private final Database database;
    private final Clock clock;
    private final TextSeal seal;
    private final AuditSample audits;
    private @Nullable Connection connection; // null after a failure: the next group opens another

    private GroupWriter(LedgerSettings settings, Clock clock, KeyFolder keys) throws IOException {
        this.settings = settings;
        this.database = Database.of(settings.url()).orElseThrow();
        this.clock = clock;
        this.seal = new TextSeal(keys);
        this.audits =
                new AuditSample(settings.auditShare() > 0 ? keys.key("audit") : new byte[] {0}, settings.auditShare());
        this.connection = Database.open(settings);
    }

    static GroupWriter open(LedgerSettings settings, Clock clock) throws IOException {
        return new GroupWriter(settings, clock, new KeyFolder(settings.keyFolder()));
    }

    /**
     * @return whether there is more to prune
     * @throws IOException when nothing of the group was written, or nobody can say
     */
    boolean write(List<Item> group) throws IOException {
        try {
            Connection open = connection == null ? Database.open(settings) : connection;
            connection = open;
            database.begin(open);
            boolean moreToPrune = false;
            try (Appender appender = new Appender(open, settings.node())) {
                for (Item item : group) {
                    moreToPrune |= append(appender, item);
                }
                appender.flush();
            }
            Database.commit(open);
            return moreToPrune;
        } catch (SQLException | IOException | RuntimeException e) {
            group.stream()
                    .filter(Judge.class::isInstance)
                    .forEach(judge -> ((Judge) judge).outcome = ReviewOutcome.UNAVAILABLE);
            close();
            throw new IOException("a group of " + group.size() + " was not written: " + e.getMessage(), e);
        }
    }

    /** @return whether there is more to prune */
    private boolean append(Appender appender, Item item) throws SQLException, IOException {
        switch (item) {
            case Decided decided -> appender.receipt(decided.receipt());
            case Ended ended -> {
                StreamRecord stream = audits.draw(ended.stream());
                String text = stream.text();
                appender.stream(stream, text == null ? null : seal.seal(stream.tenant(), stream.uid(), text));
            }
            case Define define -> define(appender, define.definition());
            case Acted acted -> appender.action(acted.action());
            case Judge judge -> judge.outcome = judge(appender, judge.review);
            case Prune prune -> {
                appender.flush();
                return Pruning.step(appender, settings.retention(), clock.millis());
            }
        }
        return false;
    }

    private void define(Appender appender, Definition definition) throws SQLException {
        appender.flush();
        Optional<Entry> known = Rows.latest(
                appender.connection(),
                Kind.DEFINITION,
                Tenant.DEFAULT,
                Appender.id(definition.kind(), definition.id()));
        if (known.map(EntryBody::definition).filter(definition::equals).isEmpty()) {
            appender.definition(definition, clock.millis());
        }
    }

    private static ReviewOutcome judge(Appender appender, Review review) throws SQLException {
        appender.flush();
        Connection connection = appender.connection();
        Optional<Entry> known = Rows.latest(connection, Kind.REVIEW, review.tenant(), review.id());
        if (known.isPresent()) {
            return EntryBody.review(known.get()).saysTheSameAs(review)
                    ? ReviewOutcome.RECORDED
                    : ReviewOutcome.CONFLICT;
        }
        if (Rows.latest(connection, Kind.RECEIPT, review.tenant(), review.receipt())
                .isEmpty()) {
            return ReviewOutcome.UNKNOWN_RECEIPT;
        }
        appender.review(review);
        return ReviewOutcome.RECORDED;
    }

    /** Rolls back what is not committed. */
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try (open) {
                if (!open.getAutoCommit()) {
                    open.rollback();
                }
            } catch (SQLException e) {
                // it was broken already, which its user was told
            }
        }
    }
}
