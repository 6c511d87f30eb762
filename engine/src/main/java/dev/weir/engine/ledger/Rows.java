package dev.weir.engine.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entries out of a database. */
final class Rows {

    /** What {@link #entry} reads, in its order. */
    static final String ENTRY = "e.sequence, e.chain, e.kind, e.tenant, e.id, e.about, e.at_millis, e.body, e.hash";

    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Rows() {}

    static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong(1),
                text(row, 2),
                text(row, 3),
                text(row, 4),
                text(row, 5),
                row.getString(6),
                row.getLong(7),
                text(row, 8),
                bytes(row, 9));
    }

    /** A column that is never null, unless somebody tampered with it. */
    static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    /** Empty for null. */
    static byte[] bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    /** @param values of the question marks, in order */
    static <T> List<T> all(Connection connection, Reader<T> reader, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
            return rows;
        }
    }

    static <T> Optional<T> first(Connection connection, Reader<T> reader, String sql, Object... values)
            throws SQLException {
        List<T> rows = all(connection, reader, sql, values);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    static void update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** The latest entry of this kind and id. */
    static Optional<Entry> latest(Connection connection, Kind kind, String tenant, String id) throws SQLException {
        return first(
                connection,
                Rows::entry,
                "SELECT " + ENTRY + " FROM weir_entries e WHERE e.id = ? AND e.kind = ? AND e.tenant = ?"
                        + " ORDER BY e.sequence DESC LIMIT 1",
                id,
                kind.stored(),
                tenant);
    }

    /** The latest checkpoint of a chain. */
    static Optional<Entry> checkpoint(Connection connection, String chain) throws SQLException {
        return first(
                connection,
                Rows::entry,
                "SELECT " + ENTRY + " FROM weir_entries e WHERE e.id = ? AND e.kind = ? AND e.chain = ?"
                        + " ORDER BY e.sequence DESC LIMIT 1",
                Appender.CHECKPOINT_ID,
                Kind.CHECKPOINT.stored(),
                chain);
    }
}
