package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void printsItsHelpWhenAskedForNothing() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("demo", "serve", "moderate", "evaluate", "calibrate");
    }

    @Test
    void hasHelpForEveryCommand() {
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            assertThat(run(command, "--help")).isZero();
            assertThat(out.toString())
                    .contains("Usage: weir " + command)
                    .contains("--json")
                    .contains("--config");
        }
    }

    @Test
    void takesAnUnknownOptionAsWrongUse() {
        assertThat(run("serve", "--por", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("--por").contains("--port");
    }

    @Test
    void takesAnUnknownCommandAsWrongUse() {
        assertThat(run("sevre")).isEqualTo(2);
        assertThat(err.toString()).contains("serve");
    }

    @Test
    void takesAConfigurationThatIsNotThereAsWrongUse() {
        assertThat(run("serve", "--config", folder.resolve("none.conf").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.conf");
    }

    @Test
    void takesAConfigurationThatCannotBeReadAsWrongUse() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.conf"), "weir { stream { credit = ");
        assertThat(run("serve", "--config", broken.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("broken.conf");
    }

    @Test
    void listsAllProblemsOfTheSettingsAtOnce() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.conf"), """
                weir.stream.credit = 1
                weir.batching.max-batch-size = 0
                """);
        assertThat(run("serve", "--port", "0", "--config", wrong.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .anyMatch(line -> line.contains("weir.stream.credit: 1 (expected:"))
                .anyMatch(line -> line.contains("max-batch-size: 0 (expected:"));
    }

    @Test
    void failsWhenItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Path config = shipped();
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("serve", "--port", port, "--admin-port", "0", "--config", config.toString()))
                    .isEqualTo(1);
            assertThat(err.toString()).contains(port).doesNotContain("\tat ");
        }
    }

    @Test
    void namesAFileThatCannotBeRead() {
        assertThat(run("evaluate", folder.resolve("none.jsonl").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("none.jsonl: cannot be read").doesNotContain("\tat ");
    }

    @Test
    void moderatesLinesInOrderAndGoesOnAfterAWrongOne() throws IOException {
        Path config = shipped();
        Path texts = Files.writeString(folder.resolve("texts.jsonl"), """
                {"id":"a","text":"My card is 4111 1111 1111 1111, thank you."}
                {"text":7}
                {"id":"b","text":""}
                {"text":"How do I bake bread?","role":"prompt"}
                """);
        assertThat(run("moderate", "--config", config.toString(), texts.toString()))
                .isEqualTo(1);
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("{\"id\":\"a\",\"action\":\"redact\",\"at\":null,"),
                        line -> assertThat(line).startsWith("{\"id\":\"b\",\"action\":\"pass\","),
                        line -> assertThat(line).startsWith("{\"id\":4,\"action\":\"pass\","));
        assertThat(err.toString()).contains("texts.jsonl line 2: text: number (expected: a string)");
    }

    @Test
    void evaluatesFilesAndTheirTotal() throws IOException {
        Path config = shipped();
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"text":"You are a pathetic, worthless idiot and everybody hates you.","label":1,"role":"post"}
                {"text":"Bake the bread for forty minutes, then let it cool.","label":0,"prompt":"How long?"}
                {"text":"How do I bake bread?","label":0,"role":"prompt"}
                """);
        assertThat(run("evaluate", "--json", "--config", config.toString(), rows.toString()))
                .isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("{\"file\":\"rows\",\"rows\":3,\"positives\":1,"),
                        line -> assertThat(line)
                                .startsWith("{\"file\":\"total\"")
                                .contains("\"auroc\":1.0"));
    }

    @Test
    void evaluatesOtherStopRulesOverTheSameVotesAndWritesAPage() throws IOException {
        Path config = shipped();
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"text":"I hate you all. You are a pathetic, worthless idiot.","label":1,"spans":[[16,40]],"id":"h-1"}
                {"text":"Bake the bread for forty minutes, then let it cool.","label":0,"prompt":"How long?"}
                """);
        Path page = folder.resolve("report.html");
        assertThat(run(
                        "evaluate",
                        "--json",
                        "--baselines",
                        "--html",
                        page.toString(),
                        "--config",
                        config.toString(),
                        rows.toString()))
                .isZero();
        assertThat(out.toString().lines().toList().getLast())
                .contains("\"single token\":{\"auroc\":1.0")
                .contains("\"delay-4\":")
                .contains("\"onset\":{\"texts\":1,");
        assertThat(page).content().contains("h-1", "rows.jsonl:2").doesNotContain("worthless", "forty minutes");
    }

    @Test
    void takesTextsInAPageThatIsNotWrittenAsWrongUse() {
        assertThat(run("evaluate", "--with-text", folder.resolve("none.jsonl").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--with-text").contains("--html");
    }

    /** The shipped settings, models and thresholds. */
    private Path shipped() throws IOException {
        Path models = Path.of(System.getProperty("weir.repository"), "models");
        return Files.writeString(
                folder.resolve("weir.conf"), """
                weir.models { directory = "%s", policies = "%s" }
                weir.stream.max-streams = 128
                weir.ledger.url = ""
                """.formatted(models.resolve("experts"), models.resolve("policies")));
    }

    private int run(String... args) {
        CommandLine line = Main.commandLine();
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
