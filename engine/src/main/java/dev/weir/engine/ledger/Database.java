package dev.weir.engine.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/**
 * Where the ledger's tables are, and what differs between the two kinds of places. Writers take turns: whoever begins to
 * write has the ledger for itself until it commits, so sequence numbers rise in the order of commits and a reader never
 * misses one that comes late.
 */
enum Database {
    SQLITE("jdbc:sqlite:", "INTEGER", "BLOB") {

        @Override
        Connection connect(LedgerSettings settings) throws SQLException, IOException {
            Optional<Path> file = file(settings);
            if (file.isPresent() && file.get().getParent() != null) {
                Files.createDirectories(file.get().getParent());
            }
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
            config.setBusyTimeout(BUSY_MILLIS);
            return config.createConnection(settings.url());
        }

        @Override
        void lock(Connection connection) {
            // its transactions begin with it
        }
    },

    POSTGRESQL("jdbc:postgresql:", "BIGINT", "BYTEA") {

        @Override
        Connection connect(LedgerSettings settings) throws SQLException {
            Properties properties = new Properties();
            if (!settings.user().isEmpty()) {
                properties.setProperty("user", settings.user());
            }
            if (!settings.password().isEmpty()) {
                properties.setProperty("password", settings.password());
            }
            properties.setProperty("ApplicationName", "weir-ledger");
            properties.setProperty("connectTimeout", "10"); // seconds, as the next one
            properties.setProperty("socketTimeout", "60");
            Connection connection = DriverManager.getConnection(settings.url(), properties);
            execute(connection, List.of("SET synchronous_commit TO on")); // whatever the server's default is
            return connection;
        }

        @Override
        void lock(Connection connection) throws SQLException {
            execute(connection, List.of("SELECT pg_advisory_xact_lock(" + LOCK + ")"));
        }
    };

    private static final int BUSY_MILLIS = 10_000;

    /** Of PostgreSQL's advisory locks, which are numbers. */
    private static final long LOCK = 0x77656972L;

    private final String prefix;
    private final String integer;
    private final String blob;

    Database(String prefix, String integer, String blob) {
        this.prefix = prefix;
        this.integer = integer;
        this.blob = blob;
    }

    static Optional<Database> of(String url) {
        for (Database database : values()) {
            if (url.startsWith(database.prefix)) {
                return Optional.of(database);
            }
        }
        return Optional.empty();
    }

    /** The ledger's file, if it is one. */
    static Optional<Path> file(LedgerSettings settings) {
        if (!settings.url().startsWith(SQLITE.prefix)) {
            return Optional.empty();
        }
        String name = settings.url().substring(SQLITE.prefix.length()).replaceFirst("\\?.*", "");
        return name.isEmpty() || name.startsWith(":") || name.startsWith("file:")
                ? Optional.empty()
                : Optional.of(Path.of(name));
    }

    /** A connection of the kind the settings name; with the ledger's tables in its database. */
    static Connection open(LedgerSettings settings) throws IOException {
        Database database = of(settings.url()).orElseThrow();
        try {
            Connection connection = database.connect(settings);
            try {
                database.createTables(connection);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            String place = file(settings).map(Path::toString).orElse(database.prefix + "…");
            throw new IOException(
                    "weir.ledger.url: " + place + " cannot be opened ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + "): repair it, name another, or \"\" to keep none",
                    e);
        }
    }

    abstract Connection connect(LedgerSettings settings) throws SQLException, IOException;

    /** Waits until no other writer is in the ledger; in a transaction, and until its end. */
    abstract void lock(Connection connection) throws SQLException;

    /** Begins a transaction with the ledger for itself. */
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        lock(connection);
    }

    /** Ends it, durably. Not by {@code commit}, after which SQLite's driver begins the next one, lock and all, at once. */
    static void commit(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
    }

    private void createTables(Connection connection) throws SQLException {
        execute(
                connection,
                List.of(
                        """
                        CREATE TABLE IF NOT EXISTS weir_entries (
                            sequence %s PRIMARY KEY, chain TEXT NOT NULL, kind TEXT NOT NULL, tenant TEXT NOT NULL,
                            id TEXT NOT NULL, about TEXT, at_millis BIGINT NOT NULL, body TEXT NOT NULL,
                            hash %s NOT NULL)""".formatted(integer, blob),
                        "CREATE INDEX IF NOT EXISTS weir_entries_id ON weir_entries (id)",
                        "CREATE INDEX IF NOT EXISTS weir_entries_about ON weir_entries (about) WHERE about IS NOT NULL",
                        "CREATE INDEX IF NOT EXISTS weir_reviews ON weir_entries (sequence) WHERE kind = 'review'",
                        """
                        CREATE TABLE IF NOT EXISTS weir_chains (
                            chain TEXT PRIMARY KEY, base %s NOT NULL, sequence BIGINT NOT NULL, hash %s NOT NULL)""".formatted(blob, blob),
                        "CREATE TABLE IF NOT EXISTS weir_traces (sequence %s PRIMARY KEY, bytes %s NOT NULL)"
                                .formatted(integer, blob),
                        "CREATE TABLE IF NOT EXISTS weir_texts (sequence %s PRIMARY KEY, bytes %s NOT NULL)"
                                .formatted(integer, blob)));
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
