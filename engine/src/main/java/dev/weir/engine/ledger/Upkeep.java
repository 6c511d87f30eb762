package dev.weir.engine.ledger;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongConsumer;

/** What an operator does to a ledger, beside a server that writes it or without one. */
public final class Upkeep implements AutoCloseable {

    /** Something done in one transaction. */
    private interface Change<T> {
        T make(Appender appender) throws SQLException, IOException;
    }

    private final LedgerSettings settings;
    private final Database database;
    private final Connection connection;

    private Upkeep(LedgerSettings settings, Connection connection) {
        this.settings = settings;
        this.database = Database.of(settings.url()).orElseThrow();
        this.connection = connection;
    }

    /** @throws IOException one line that says what is wrong; also when there is no ledger yet */
    public static Upkeep open(LedgerSettings settings) throws IOException {
        LedgerReader reader = LedgerReader.open(settings); // refuses what is not there
        return new Upkeep(settings, reader.connection());
    }

    /**
     * Takes out what is older than the settings allow.
     *
     * @param left is told after each step how many entries are left
     * @return how many entries were taken
     */
    public long prune(long nowMillis, LongConsumer left) throws IOException {
        long before = size();
        long last = last();
        while (change(appender -> Pruning.step(appender, settings.retention(), nowMillis))) {
            left.accept(size());
        }
        return before + (last() - last) - size();
    }

    /**
     * Destroys the key of a tenant's texts, which erases them, and says so in the tenant's chain.
     *
     * @return whether there was a key
     */
    public boolean erase(String tenant, long nowMillis) throws IOException {
        boolean erased = new TextSeal(new KeyFolder(settings.keyFolder())).destroyKey(tenant);
        if (erased) {
            change(appender -> {
                appender.append(
                        appender.chain(tenant), Kind.ERASURE, tenant, tenant, null, nowMillis, EntryBody.empty());
                return true;
            });
        }
        return erased;
    }

    /** How many entries there are. */
    public long size() throws IOException {
        return number("SELECT COUNT(*) FROM weir_entries");
    }

    /** The newest entry's sequence number: what was appended, nobody else writing, is what it rose by. */
    private long last() throws IOException {
        return number("SELECT COALESCE(MAX(sequence), 0) FROM weir_entries");
    }

    private long number(String sql) throws IOException {
        try {
            return Rows.first(connection, row -> row.getLong(1), sql).orElseThrow();
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be read: " + e.getMessage(), e);
        }
    }

    private <T> T change(Change<T> change) throws IOException {
        try {
            database.begin(connection);
            try (Appender appender = new Appender(connection, settings.node())) {
                T made = change.make(appender);
                appender.flush();
                Database.commit(connection);
                return made;
            } catch (SQLException | IOException | RuntimeException e) {
                connection.rollback();
                Database.commit(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
