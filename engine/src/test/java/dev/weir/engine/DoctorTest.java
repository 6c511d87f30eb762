package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.doctor.CanaryUpstream;
import dev.weir.engine.doctor.Diagnosis;
import dev.weir.engine.doctor.Doctor;
import dev.weir.engine.doctor.Finding;
import dev.weir.engine.doctor.Status;
import dev.weir.engine.doctor.Target;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.StreamRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the doctor says of whole servers, and who may ask it; {@link MissingHookTest} has those that are not whole. */
class DoctorTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static Server server;
    private static CanaryUpstream upstream;

    @BeforeAll
    static void start() throws Exception {
        server = server("");
        upstream = CanaryUpstream.start();
    }

    static Server server(String settings) throws StartException {
        return Server.start(Engines.config(settings + """

                        weir.relay.upstream = "http://127.0.0.1:9/v1" # which nobody is to ask
                        weir.policy-defaults.prompt.stop-at = 0.9
                        weir.models.experts = [lexicon, ngram, prompts]
                        weir.policy-defaults.requires = []
                        """ + settings), line -> {});
    }

    @AfterAll
    static void stop() {
        upstream.close();
        server.close();
    }

    static URI base(Server of) {
        return URI.create("http://127.0.0.1:" + of.port());
    }

    static Diagnosis examine(URI base) throws IOException, InterruptedException {
        return new Doctor(new Target(base, null, null), TIMEOUT).examine();
    }

    static Set<String> named(Diagnosis diagnosis, Status status) {
        return diagnosis.findings().stream()
                .filter(finding -> finding.status() == status)
                .map(DoctorTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(Finding finding) {
        return finding.route() + ", " + finding.part() + ", " + finding.mode();
    }

    @Test
    void everyWayOfAServerThatIsWholeIsProtected() throws Exception {
        Diagnosis diagnosis = examine(base(server));
        assertThat(diagnosis.ill()).isEmpty();
        assertThat(diagnosis.count(Status.PROTECTED))
                .isEqualTo(diagnosis.findings().size());
    }

    @Test
    void aServerWithoutAnUpstreamHasItsRelayOff() throws Exception {
        try (Server bare = server("weir.relay.upstream = \"\"\n")) {
            Diagnosis diagnosis = examine(base(bare));
            assertThat(diagnosis.ill()).isEmpty();
            assertThat(named(diagnosis, Status.OFF)).hasSize(34);
        }
    }

    @Test
    void canariesAreNeitherKeptNorCounted(@TempDir Path folder) throws Exception {
        String ledger = "weir.ledger.url = \"jdbc:sqlite:" + folder.resolve("ledger.db") + "\"\n";
        try (Server kept = server(ledger)) {
            assertThat(examine(base(kept)).ill()).isEmpty();
            kept.drain();
            assertThat(kept.engine().registry().scrape())
                    .contains("weir_streams_opened_total 0.0\n")
                    .doesNotContain("weir_decisions_total{");
            try (LedgerReader reader = kept.engine().ledger().reader()) {
                List<StreamRecord> streams = new ArrayList<>();
                reader.streams(0, (sequence, stream) -> streams.add(stream));
                assertThat(streams).isEmpty();
            }
        }
    }

    @Test
    void onlyAnOperatorMaySendCanaries() throws Exception {
        String key = ApiKeys.draw("chat-1", new SecureRandom());
        try (Server locked = server("weir.access.keys.chat-1 { hash = \"" + ApiKeys.hash(key) + "\" }")) {
            assertThatThrownBy(() -> new Doctor(new Target(base(locked), key, null), TIMEOUT).examine())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void aServerThatMustBeWellDoesNotStartWhenItIsNot() {
        assertThatThrownBy(() -> server("""
                weir.doctor.at-start = require
                weir.policy-defaults.categories.privacy.action = ignore
                """).close())
                .isInstanceOfSatisfying(
                        StartException.class,
                        refused -> assertThat(refused.problems())
                                .allSatisfy(problem -> assertThat(problem)
                                        .startsWith("doctor: ")
                                        .contains("card number"))
                                .anyMatch(problem ->
                                        problem.startsWith("doctor: socket json, card number, gate: unprotected")));
    }

    private static int run(StringWriter out, String... args) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(out));
        return command.execute(args);
    }

    @Test
    void theCommandSaysWhatIsProtectedAndWhatIsNot() throws Exception {
        StringWriter well = new StringWriter();
        assertThat(run(well, "doctor", "--url", "ws://127.0.0.1:" + server.port()))
                .isZero();
        assertThat(well.toString())
                .containsPattern("socket proto +reasoning +protected +protected +protected\n")
                .contains(" 0 unprotected");

        BrokenGuard.Fault tools =
                MissingHookTest.unscored(open -> open.channel().equals("tool"));
        try (BrokenGuard guard = new BrokenGuard(tools, base(server), upstream.base())) {
            StringWriter lines = new StringWriter();
            assertThat(run(lines, "doctor", "--json", "--url", guard.base().toString()))
                    .isEqualTo(1);
            assertThat(lines.toString())
                    .contains("{\"route\":\"socket json\",\"channel\":\"tool arguments\",\"mode\":\"gate\","
                            + "\"status\":\"unprotected\",\"detail\":\"");
        }
    }

    @Test
    void theCommandSaysHowItIsUsed() {
        StringWriter said = new StringWriter();
        assertThat(run(said, "doctor", "--url", "ftp://there")).isEqualTo(2);
        assertThat(said.toString()).contains("--url ftp://there (expected: ws, wss, http or https");
        assertThat(run(new StringWriter(), "doctor", "--url", "ws://127.0.0.1:9"))
                .isEqualTo(1);
    }
}
