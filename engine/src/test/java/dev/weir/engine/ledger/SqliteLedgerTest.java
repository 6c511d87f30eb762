package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqliteLedgerTest extends LedgerBehaviour {

    private Path file() {
        return directory.resolve("made/on/the/way/ledger.db");
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + file();
    }

    @Test
    void leavesAFileThatIsNoLedgerAlone() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "dear diary\n".repeat(100));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Entries.open(Entries.settings(url()), new SetClock(1_000)))
                .withMessageStartingWith("weir.ledger.url: " + file() + " cannot be opened (")
                .withMessageEndingWith("): repair it, name another, or \"\" to keep none");
        assertThat(file()).hasContent("dear diary\n".repeat(100));
    }

    @Test
    void makesADurableCommitOfEachGroup() throws Exception {
        try (Connection connection = Database.open(Entries.settings(url()));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("PRAGMA synchronous").getInt(1))
                    .as("FULL")
                    .isEqualTo(2);
            assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1))
                    .isEqualTo("wal");
        }
    }

    @Test
    void losesAGroupItCannotWriteSaysSoAndGoesOnWithTheNext() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        LedgerSettings settings = Entries.settings(url());
        try (SqlLedger ledger = SqlLedger.open(settings, new Telemetry(metrics), new SetClock(1_000), line -> {})) {
            ledger.record(Entries.receipt("kept", "u", 7));
            assertThat(Entries.judge(ledger, Entries.review("f-1", "kept", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
            try (Connection connection = Database.open(settings);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TRIGGER refuse BEFORE INSERT ON weir_entries BEGIN"
                        + " SELECT RAISE(ABORT, 'the disk is full'); END");
                ledger.record(Entries.receipt("lost", "u", 7));
                assertThat(Entries.judge(ledger, Entries.review("f-2", "kept", "right_pass", "ann")))
                        .isEqualTo(ReviewOutcome.UNAVAILABLE);
                statement.execute("DROP TRIGGER refuse");
            }
            assertThat(Entries.judge(ledger, Entries.review("f-2", "kept", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
        }
        assertThat(metrics.counter("weir.ledger.dropped").count()).isEqualTo(1);
        assertThat(Entries.all(settings)).extracting(Entry::id).containsExactly("kept", "f-1", "f-2");
        assertThat(Entries.verify(settings).faults()).isEmpty();
    }

    @Test
    void keepsNoTextInItsFilesAndItsKeysToTheirOwner() throws IOException {
        LedgerSettings settings = Entries.settings(url(), "audit-share = 0.5");
        try (SqlLedger ledger = Entries.open(settings, new SetClock(1_000))) {
            ledger.ended(Entries.stream("u", 8, "pass", "", "the quick brown fox"));
            Entries.judge(ledger, Entries.review("f-1", "none", "right_pass", "ann"));
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path path : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(path), java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain("quick");
                }
            }
        }
        Path keys = Path.of(file() + ".keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(keys)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(key -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void reusesTheRoomOfWhatIsPruned() throws IOException {
        LedgerSettings settings =
                Entries.settings(url(), "retention = 1 d", "trace-retention = 1 d", "text-retention = 1 d");
        SetClock clock = new SetClock(1_000);
        List<Long> sizes = new ArrayList<>();
        for (int day = 0; day < 12; day++) {
            try (SqlLedger ledger = Entries.open(settings, clock)) {
                for (int i = 0; i < 500; i++) {
                    ledger.ended(Entries.stream("u" + i, clock.millis(), "pass", "x".repeat(1_000), null));
                }
            }
            sizes.add(Files.size(file()));
            clock.goOn(Duration.ofDays(1));
        }
        assertThat(sizes.getLast())
                .as("a day written, and the one before, which is not older than a day yet")
                .isLessThan(3 * sizes.getFirst());
        assertThat(Entries.verify(settings).faults()).isEmpty();
    }

    /** A server that is started and stopped often, in tests or by an operator. */
    @Test
    void closesItsFilesAndThreads() throws Exception {
        LedgerSettings settings = Entries.settings(url());
        Entries.open(settings, new SetClock(1_000)).close();
        long files = openLedgerFiles();
        for (int i = 0; i < 5; i++) {
            try (SqlLedger ledger = Entries.open(settings, new SetClock(1_000));
                    LedgerReader reader = ledger.reader()) {
                ledger.record(Entries.receipt("R" + i, "u", 7));
                reader.size();
            }
        }
        assertThat(openLedgerFiles()).isEqualTo(files).isZero();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("weir-ledger")) {
                thread.join(Duration.ofSeconds(20)); // on its way out
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private long openLedgerFiles() throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.filter(handle -> {
                        try {
                            return Files.readSymbolicLink(handle).startsWith(directory);
                        } catch (IOException e) {
                            return false; // closed meanwhile
                        }
                    })
                    .count();
        }
    }

    @Test
    void keepsNothingAndSaysSoWhenNoDatabaseIsNamed() {
        List<String> said = new ArrayList<>();
        try (SqlLedger ledger = SqlLedger.open(
                        Entries.settings(""),
                        new Telemetry(new SimpleMeterRegistry()),
                        new SetClock(1_000),
                        said::add);
                LedgerReader reader = ledger.reader()) {
            ledger.record(Entries.receipt("R", "u", 7));
            assertThat(Entries.judge(ledger, Entries.review("f-1", "R", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.UNKNOWN_RECEIPT);
            assertThat(reader.size()).isZero();
        }
        assertThat(said).singleElement().asString().startsWith("ledger: none");
    }

    @Test
    void hasTheseDefaults() {
        List<String> problems = new ArrayList<>();
        assertThat(LedgerSettings.from(ConfigFactory.defaultReference().getConfig("weir.ledger"), problems))
                .isEqualTo(new LedgerSettings(
                        "jdbc:sqlite:weir-ledger.db",
                        "",
                        "",
                        "local",
                        "",
                        8_192,
                        64 << 20,
                        256,
                        Duration.ofMillis(20),
                        new LedgerSettings.Retention(Duration.ofDays(90), Duration.ofDays(30), Duration.ofDays(7)),
                        0.01));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesEverySettingItCannotUse() {
        List<String> problems = new ArrayList<>();
        LedgerSettings.from(
                ConfigFactory.parseString("""
                                url = "jdbc:oracle:thin:scott/tiger@db"
                                node = "a/b"
                                retention = 1 d
                                trace-retention = 2 d
                                audit-share = 2
                                """)
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.ledger")),
                problems);
        assertThat(problems)
                .containsExactly(
                        "weir.ledger.url: another URL (expected: jdbc:sqlite:FILE, jdbc:postgresql://… or \"\")",
                        "weir.ledger.node: a/b (expected: 1 to 64 letters, digits, dots, - or _)",
                        "weir.ledger.trace-retention: 48 h (expected: above 0, at most retention, 24 h)",
                        "weir.ledger.text-retention: 168 h (expected: above 0, at most retention, 24 h)",
                        "weir.ledger.audit-share: 2.0 (expected: 0 to 1)");
    }
}
