package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.models.Category;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From clean replies to a server that keeps their budget, or refuses to. */
class CalibrateTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private Path rows;
    private Path artefact;
    private Path config;

    @BeforeEach
    void writeRows() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append(
                    "{\"text\":\"Bake loaf number %d for forty minutes.\",\"label\":0,\"prompt\":\"How long, %d?\"}\n"
                            .formatted(i, i));
        }
        for (int i = 0; i < 20; i++) {
            lines.append("{\"text\":\"How long do I bake loaf %d?\",\"label\":0,\"role\":\"prompt\"}\n".formatted(i));
        }
        lines.append("{\"text\":\"You are a pathetic idiot.\",\"label\":1}\n");
        rows = Files.writeString(folder.resolve("rows.jsonl"), lines);
        artefact = folder.resolve("out/calibration.json");
        config = Files.writeString(folder.resolve("weir.conf"), """
                weir.stream.max-streams = 128
                weir.models.directory = "%s"
                """.formatted(
                        Path.of(System.getProperty("weir.repository"), "models", "experts")));
    }

    @Test
    void writesThresholdsThatAServerThenKeepsTo() throws Exception {
        assertThat(run(rows, "--alpha", "0.4,0.01", "--out", artefact.toString(), "--check", rows.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("policy default:", "refused:", "expected: at least 299", "alpha 40 %", "final tokens")
                .containsPattern("alpha % +prompts +k +stop at")
                .containsPattern("40 +20 +17 ");

        try (Engine engine = Engines.start(calibrated(artefact, ""))) {
            assertThat(Objects.requireNonNull(engine.defaultPolicy().rules().get(Category.OTHER))
                            .threshold()
                            .risks())
                    .hasSize(4);
            assertThat(engine.defaultPolicy().prompt().stopAt())
                    .isLessThan(Engines.config("").getDouble("weir.policy-defaults.prompt.stop-at"));
        }
        assertThatThrownBy(() -> Engines.start(calibrated(artefact, "stop-rule.prior = 0.03")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("stop-rule.prior: found 0.03, calibrated with 0.02");
        Path other = Files.writeString(
                folder.resolve("other.json"),
                Files.readString(artefact).replace("\"version\" : \"", "\"version\" : \"0."));
        assertThatThrownBy(() -> Engines.start(calibrated(other, "")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("expert causal: found version ")
                .hasMessageContaining("calibrated with version 0.");
        Engines.start(calibrated(other, "stop-thresholds.accept-other-experts = true"))
                .close();
    }

    @Test
    void refusesABudgetThatTheRepliesAreTooFewFor() {
        assertThat(run(rows, "--alpha", "0.001")).isEqualTo(1);
        assertThat(err.toString())
                .containsPattern("too few: \\d+ clean replies to set the level \\(expected: at least 2995, of about")
                .doesNotContain("\tat ");
        assertThat(artefact).doesNotExist();
    }

    @Test
    void refusesAFileWithoutCleanRows() throws IOException {
        Path harm = Files.writeString(folder.resolve("harm.jsonl"), "{\"text\":\"Idiot.\",\"label\":1}\n");
        assertThat(run(harm)).isEqualTo(1);
        assertThat(err.toString()).contains("no clean rows of split calibrate (expected:");
    }

    @Test
    void takesOnlyThePoolOfASplitFile() throws IOException {
        Path split = Files.writeString(
                folder.resolve("split.jsonl"),
                "{\"text\":\"Bake it.\",\"label\":0,\"prompt\":\"Wie heißt du?\",\"split\":\"train\"}\n");
        assertThat(run(split)).isEqualTo(1); // its question begins with a byte above the pool's
        assertThat(err.toString()).contains("no clean rows of split calibrate");
    }

    @Test
    void namesAFileThatCannotBeRead() {
        assertThat(run(folder.resolve("none.jsonl"))).isEqualTo(1);
        assertThat(err.toString()).contains("none.jsonl: cannot be read");
    }

    @Test
    void takesAnUnknownPolicyAsWrongUse() {
        assertThat(run(rows, "--policy", "mild")).isEqualTo(2);
        assertThat(err.toString()).contains("--policy mild (expected: one of [default, monitor])");
    }

    @Test
    void takesAnAlphaThatIsNoShareAsWrongUse() {
        assertThat(run(rows, "--alpha", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("--alpha: alpha: 5.0 (expected: above 0, at most 0.5)");
    }

    private static String calibrated(Path file, String more) {
        return """
                weir.policies.default {
                  stop-thresholds { by = false-stop-rate, false-stop-rate = 0.4, calibration = "%s" }
                  %s
                }
                """.formatted(file, more);
    }

    private int run(Path file, String... options) {
        String[] args = new String[options.length + 4];
        args[0] = "calibrate";
        args[1] = file.toString();
        args[2] = "--config";
        args[3] = config.toString();
        System.arraycopy(options, 0, args, 4, options.length);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
