package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.learning.ReviewedLedger;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateCommandTest {

    @TempDir
    static Path folder;

    private static Path config;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void writeALedger() throws Exception {
        config = folder.resolve("weir.conf");
        Files.writeString(config, "weir.ledger.url = \"jdbc:sqlite:" + folder.resolve("ledger.db") + "\"");
        try (ReviewedLedger ledger = new ReviewedLedger(folder.resolve("ledger.db"))) {
            for (int stream = 0; stream < 500; stream++) {
                ledger.stream("d" + stream, "default@1", 1, stream % 50 == 0 ? "stopped" : "pass");
            }
            for (int stream = 0; stream < 500; stream += 50) {
                ledger.review("stop-d" + stream, "right_stop", "ann");
            }
            for (int stream = 0; stream < 100; stream++) {
                ledger.stream("s" + stream, "strict@2", 4, stream % 20 == 0 ? "stopped" : "pass");
            }
            ledger.review("stop-s0", "wrong_stop", "ann");
        }
    }

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of("certificate", "--config", config.toString()), Stream.of(args))
                        .toArray(String[]::new));
    }

    @Test
    void saysWhichVersionsAreCertifiedAndWhatTheOthersNeed() {
        assertThat(run()).isZero();
        List<List<String>> rows = out.toString()
                .lines()
                .map(line -> List.of(line.strip().split("\\s{2,}", -1)))
                .toList();
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0).getFirst()).isEqualTo("false stops below 1 % of all streams, confidence 95 %");
        assertThat(rows.get(2))
                .containsExactly(
                        "policy",
                        "weights",
                        "streams",
                        "stops",
                        "reviewed",
                        "wrong",
                        "unreviewed",
                        "at most",
                        "certified",
                        "more reviews",
                        "more streams");
        assertThat(rows.get(3))
                .startsWith("default@1", "1", "500", "10", "10", "0", "0")
                .endsWith("yes", "0", "0");
        assertThat(rows.get(4))
                .startsWith("strict@2", "4", "100", "5", "1", "1", "4")
                .contains("no");
        assertThat(Integer.parseInt(rows.get(4).getLast())).isGreaterThan(400);
    }

    @Test
    void writesALineOfJsonForEachVersionOfThePolicyAskedFor() throws Exception {
        assertThat(run("--policy", "strict", "--alpha", "0.2", "--confidence", "0.9", "--json"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.path("policy").asText()).isEqualTo("strict@2");
        assertThat(line.path("alpha").asDouble()).isEqualTo(0.2);
        assertThat(line.path("confidence").asDouble()).isEqualTo(0.9);
        assertThat(line.path("unreviewed").asLong()).isEqualTo(4);
        assertThat(line.path("upper_bound").asDouble()).isBetween(0.05, 0.2);
        assertThat(line.path("certified").asBoolean()).isTrue();
        assertThat(line.path("certified_streams").asLong()).isEqualTo(100);
        assertThat(line.path("reviews_needed").asLong()).isZero();
    }

    @Test
    void namesWhatIsWrongWithItsOptions() {
        assertThat(run("--alpha", "1")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--alpha 1.0 (expected: a rate from 0.000001 to 0.5)");
        err.getBuffer().setLength(0);
        assertThat(run("--confidence", "95")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--confidence 95.0 (expected: from 0.5, below 1)");
        err.getBuffer().setLength(0);
        assertThat(run("--policy", "strct")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("--policy strct (expected: one with a stream in the ledger, [default@1, strict@2])");
        assertThat(out.toString()).isEmpty();
    }
}
