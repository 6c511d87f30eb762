package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on a ledger that an engine wrote. */
class LedgerCommandTest {

    @TempDir
    static Path folder;

    private static String receipt;
    private static String uid;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void writeALedger() throws Exception {
        String settings = """
                weir.ledger.url = "jdbc:sqlite:%s"
                weir.ledger.audit-share = 1
                weir.policies.default.keep-text = true
                """.formatted(folder.resolve("ledger.db"));
        Files.writeString(folder.resolve("weir.conf"), settings);
        try (Engine engine = Engines.start(settings)) {
            ServerMessage.Ended ended = (ServerMessage.Ended)
                    StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("A calm text."))
                            .terminal();
            receipt = ended.receipt();
            engine.drain(java.time.Duration.ofSeconds(20));
            try (LedgerReader reader = Ledgers.settle(engine.ledger())) {
                reader.streams(0, (sequence, stream) -> uid = stream.uid());
                assertThat(reader.stream(uid)).map(StreamRecord::outcome).contains("pass");
            }
        }
    }

    /** In a copy, so that no test sees what another did. */
    private int run(String... args) throws Exception {
        Path config = Files.createTempDirectory(folder, "copy").resolve("weir.conf");
        Path ledger = config.resolveSibling("ledger.db");
        Files.copy(folder.resolve("ledger.db"), ledger);
        Files.createDirectory(Path.of(ledger + ".keys"));
        try (Stream<Path> keys = Files.list(folder.resolve("ledger.db.keys"))) {
            for (Path key : keys.toList()) {
                Files.copy(key, Path.of(ledger + ".keys").resolve(key.getFileName()));
            }
        }
        Files.writeString(
                config,
                Files.readString(folder.resolve("weir.conf"))
                        .replace(folder.resolve("ledger.db").toString(), ledger.toString()));
        return runOn(config, args);
    }

    private int runOn(Path config, String... args) {
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return command.execute(Stream.concat(Stream.of(args), Stream.of("--config", config.toString()))
                .toArray(String[]::new));
    }

    @Test
    void showsTheNewestEntriesAsATable() throws Exception {
        assertThat(run("ledger", "show", "--last", "2")).isZero();
        assertThat(out.toString().lines())
                .hasSize(3)
                .last()
                .asString()
                .contains("stream", uid, "pass gate default@1 4 tokens");
    }

    @Test
    void showsWhatConcernsAReceiptOrAStreamAndItsTextWhenAsked() throws Exception {
        assertThat(run("ledger", "show", "--receipt", receipt)).isZero();
        assertThat(out.toString()).contains(receipt, uid);
        assertThat(run("ledger", "show", "--stream", uid, "--text")).isZero();
        assertThat(out.toString()).contains("A calm text.");
        assertThat(run("ledger", "show", "--stream", "unheard-of")).isEqualTo(1);
    }

    @Test
    void verifiesAndNamesWhatWasChanged() throws Exception {
        assertThat(run("ledger", "verify")).isZero();
        assertThat(out.toString()).contains("local/default").contains("all as they were written");
        Path changed = Files.createTempDirectory(folder, "changed").resolve("ledger.db");
        Files.copy(folder.resolve("ledger.db"), changed);
        long entry;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + changed)) {
            entry = connection
                    .createStatement()
                    .executeQuery("SELECT sequence FROM weir_entries WHERE id = '" + receipt + "'")
                    .getLong(1);
            connection
                    .createStatement()
                    .executeUpdate(
                            "UPDATE weir_entries SET body = REPLACE(body, 'pass', 'past') WHERE sequence = " + entry);
        }
        Path config = changed.resolveSibling("weir.conf");
        Files.writeString(config, "weir.ledger.url = \"jdbc:sqlite:" + changed + "\"");
        assertThat(runOn(config, "ledger", "verify")).isEqualTo(1);
        assertThat(out.toString())
                .contains("broken: entry " + entry + " (receipt) of local/default: its hash is not that of its content")
                .contains("NOT intact");
        assertThat(runOn(config, "ledger", "verify", "--json")).isEqualTo(1);
        assertThat(new ObjectMapper()
                        .readTree(out.toString().lines().toList().getLast())
                        .at("/faults/0/sequence")
                        .asLong())
                .isEqualTo(entry);
    }

    @Test
    void exportsEveryEntryAsALineOfJsonWithoutAnyText() throws Exception {
        assertThat(run("ledger", "export", "--traces", "--json")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2).noneMatch(line -> line.contains("calm"));
        assertThat(new ObjectMapper()
                        .readTree(lines.getLast())
                        .path("body")
                        .path("outcome")
                        .asText())
                .isEqualTo("pass");
    }

    @Test
    void listsWhatIsToBeAudited() throws Exception {
        assertThat(run("ledger", "audit")).isZero();
        assertThat(out.toString().lines()).hasSize(2).last().asString().contains(receipt, uid);
    }

    @Test
    void prunesWhatIsOldAndErasesATenantsTexts() throws Exception {
        assertThat(run("ledger", "prune")).isZero();
        assertThat(out.toString()).startsWith("0 entries pruned, ");
        assertThat(run("ledger", "erase", "--tenant", "default")).isZero();
        assertThat(out.toString()).contains("the key of tenant default is destroyed");
        assertThat(run("ledger", "erase", "--tenant", "../default")).isEqualTo(2);
    }

    @Test
    void saysThatThereIsNoLedger() throws Exception {
        Path config = folder.resolve("none.conf");
        Files.writeString(config, "weir.ledger.url = \"jdbc:sqlite:" + folder.resolve("none.db") + "\"");
        assertThat(runOn(config, "ledger", "verify")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("weir: weir.ledger.url: " + folder.resolve("none.db")
                        + " is not there (expected: the file of a ledger)\n");
        assertThat(folder.resolve("none.db")).doesNotExist();
    }
}
