package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger with an entry of each kind, and everything that can be changed in it behind its back. */
class VerificationTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    static Path directory;

    private static Path intact;
    private static List<Entry> entries;

    @BeforeAll
    static void writeOneOfEachKind() throws IOException {
        intact = directory.resolve("intact.db");
        LedgerSettings settings = settings(intact);
        SetClock clock = new SetClock(1_000);
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            write(ledger, clock.millis(), "old");
        }
        clock.goOn(DAY.multipliedBy(20));
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            write(ledger, clock.millis(), "new");
        }
        try (Upkeep upkeep = Upkeep.open(settings)) {
            upkeep.prune(clock.millis(), left -> {});
            upkeep.erase(Tenant.DEFAULT, clock.millis());
        }
        entries = Entries.all(settings);
        assertThat(entries)
                .extracting(Entry::kind)
                .contains("receipt", "stream", "review", "definition", "checkpoint", "erasure");
        assertThat(Entries.verify(settings).faults()).isEmpty();
    }

    private static void write(SqlLedger ledger, long now, String name) {
        ledger.define(new Definition(Definition.POLICY, name + "@1", "{}"));
        ledger.record(Entries.receipt("R-" + name, "u-" + name, now));
        ledger.ended(Entries.stream("u-" + name, now, "pass", "trace " + name, "text " + name));
        ledger.record(Entries.receipt("other", "T-" + name, "t-" + name, now));
        ledger.ended(Entries.stream("other", "t-" + name, now, "stopped", "", null));
        Entries.judge(ledger, Entries.review("f-" + name, "R-" + name, "right_pass", "ann"));
    }

    private static LedgerSettings settings(Path file) {
        return Entries.settings(
                "jdbc:sqlite:" + file, "retention = 10 d", "trace-retention = 10 d", "text-retention = 10 d");
    }

    /** What is said of the ledger after a change with SQL. */
    private static List<Verification.Fault> faultsAfter(String sql) throws Exception {
        Path changed = directory.resolve("changed.db");
        Files.copy(intact, changed, StandardCopyOption.REPLACE_EXISTING);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + changed);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).as(sql).isEqualTo(1);
        }
        return Entries.verify(settings(changed)).faults();
    }

    /** Changes one byte of one column: a digit, a letter, or a byte of a hash. */
    private static String flip(String column) {
        return switch (column) {
            case "sequence" -> "sequence = sequence + 4096"; // out of the way of its neighbours
            case "at_millis" -> "at_millis = at_millis + 1";
            case "about" -> "about = 'X' || SUBSTR(COALESCE(about, 'x'), 2)";
            case "hash", "base", "bytes" ->
                column + " = CAST(IIF(SUBSTR(" + column + ", 1, 1) = X'00', X'01', X'00') || SUBSTR(" + column
                        + ", 2) AS BLOB)";
            case "body" -> "body = REPLACE(REPLACE(body, '\"', ''''), '{}', '{ ')";
            default -> column + " = 'X' || SUBSTR(" + column + ", 2)";
        };
    }

    @Test
    void namesTheEntryOfWhichAnyColumnWasChanged() throws Exception {
        for (Entry entry : entries) {
            for (String column : List.of("chain", "kind", "tenant", "id", "about", "at_millis", "body", "hash")) {
                assertThat(faultsAfter(
                                "UPDATE weir_entries SET " + flip(column) + " WHERE sequence = " + entry.sequence()))
                        .as(column + " of " + entry.kind() + " " + entry.sequence())
                        .anySatisfy(fault -> assertThat(fault.sequence()).isEqualTo(entry.sequence()));
            }
        }
    }

    @Test
    void findsAnEntryThatWasMoved() throws Exception {
        for (Entry entry : entries) {
            assertThat(faultsAfter(
                            "UPDATE weir_entries SET " + flip("sequence") + " WHERE sequence = " + entry.sequence()))
                    .as(entry.kind() + " " + entry.sequence())
                    .isNotEmpty();
        }
    }

    @Test
    void findsAnEntryThatWasTakenOut() throws Exception {
        for (Entry entry : entries) {
            assertThat(faultsAfter("DELETE FROM weir_entries WHERE sequence = " + entry.sequence()))
                    .as(entry.kind() + " " + entry.sequence())
                    .isNotEmpty();
        }
    }

    @Test
    void namesTheStreamWhoseTraceOrTextWasChangedTakenOrMoved() throws Exception {
        long stream = entries.stream()
                .filter(entry -> entry.id().equals("u-new"))
                .findFirst()
                .orElseThrow()
                .sequence();
        for (String name : List.of("trace", "text")) {
            String table = "weir_" + name + "s";
            assertThat(faultsAfter("UPDATE " + table + " SET " + flip("bytes")))
                    .containsExactly(
                            new Verification.Fault("local/default", stream, "stream", "its " + name + " was changed"));
            assertThat(faultsAfter("DELETE FROM " + table))
                    .containsExactly(
                            new Verification.Fault("local/default", stream, "stream", "its " + name + " is missing"));
            assertThat(faultsAfter("UPDATE " + table + " SET " + flip("sequence")))
                    .contains(new Verification.Fault(
                            "", stream + 4_096, "stream", "a " + name + " of an entry that is not there"))
                    .anySatisfy(fault -> assertThat(fault.what()).isEqualTo("its " + name + " is missing"));
        }
        assertThat(faultsAfter("INSERT INTO weir_traces VALUES ((SELECT MAX(sequence) FROM weir_entries), X'01')"))
                .extracting(Verification.Fault::what)
                .containsExactly("has a trace or text, as only a stream has");
    }

    @Test
    void findsWhatWasChangedInTheEndsOfAChain() throws Exception {
        for (String chain : List.of("local/default", "local/other")) {
            for (String column : List.of("chain", "base", "sequence", "hash")) {
                assertThat(faultsAfter("UPDATE weir_chains SET " + flip(column) + " WHERE chain = '" + chain + "'"))
                        .as(column + " of " + chain)
                        .isNotEmpty()
                        .allSatisfy(fault ->
                                assertThat(fault.chain() + fault.what()).containsPattern("chain|X?ocal"));
            }
        }
        assertThat(faultsAfter("UPDATE weir_chains SET base = X'01' WHERE chain = 'local/default'"))
                .containsExactly(new Verification.Fault(
                        "local/default",
                        0,
                        "chain",
                        "its base is not what its last checkpoint, or its beginning, says"));
    }

    /**
     * Bytes anywhere in the file, where a disk might have lost them: either something is said, or every entry, trace and
     * text reads as it was written, because the byte was of no use.
     */
    @Test
    void findsAFlippedByteWhereverItIsInTheFile() throws Exception {
        Path changed = directory.resolve("flipped.db");
        byte[] bytes = Files.readAllBytes(intact);
        List<String> written = everything(settings(intact));
        Random random = new Random(20261121);
        int found = 0;
        for (int round = 0; round < 200; round++) {
            byte[] flipped = bytes.clone();
            int at = random.nextInt(flipped.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(changed, flipped);
            if (isFaulted(settings(changed))) {
                found++;
            } else {
                assertThat(everything(settings(changed))).as("byte " + at).isEqualTo(written);
            }
        }
        assertThat(found).isBetween(5, 199);
    }

    private static boolean isFaulted(LedgerSettings settings) {
        try {
            return !Entries.verify(settings).faults().isEmpty();
        } catch (UncheckedIOException e) {
            return true; // it cannot even be opened
        }
    }

    private static List<String> everything(LedgerSettings settings) throws IOException, SQLException {
        List<String> all = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings)) {
            reader.entries(0, (sequence, entry) -> all.add(sequence + entry.body()));
            reader.streams(0, (sequence, stream) -> all.add(stream.uid() + new String(stream.trace())));
            for (String table : List.of("weir_traces", "weir_texts", "weir_chains")) {
                all.addAll(Rows.all(
                        reader.connection(),
                        row -> Rows.text(row, 1) + EntryBody.digest(Rows.bytes(row, 2)),
                        "SELECT * FROM " + table + " ORDER BY 1"));
            }
        }
        return all;
    }

    @Test
    void saysHowFarItHasComeAndWhereEachChainEnds() throws IOException {
        List<Long> progress = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings(intact))) {
            Verification.Report report = Verification.of(reader, progress::add);
            assertThat(progress).containsExactly((long) entries.size());
            Entry last = entries.getLast();
            assertThat(report.heads())
                    .filteredOn(head -> head.chain().equals(last.chain()))
                    .singleElement()
                    .satisfies(head -> {
                        assertThat(head.sequence()).isEqualTo(last.sequence());
                        assertThat(head.hash())
                                .isEqualTo(java.util.HexFormat.of().formatHex(last.hash()));
                    });
        }
        assertThat(Stream.of("local/default", "local/other"))
                .containsExactlyElementsOf(Entries.verify(settings(intact)).heads().stream()
                        .map(Verification.Head::chain)
                        .toList());
    }
}
