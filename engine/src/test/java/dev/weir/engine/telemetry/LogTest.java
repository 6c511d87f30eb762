package dev.weir.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogTest {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void putBack() {
        System.setErr(before);
        Log.write(LogFormat.TEXT);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRecordIsOneLineOfJsonWhateverItHolds() throws IOException {
        Log.write(LogFormat.JSON);
        LoggerFactory.getLogger("dev.weir.engine.X")
                .error("expert {} on {}: \"asleep\"\n", "causal", "cpu", new IllegalStateException("two\nlines"));
        LoggerFactory.getLogger("dev.weir.engine.X").info("ready");
        assertThat(lines()).hasSize(2);
        JsonNode first = new JsonMapper().readTree(lines().getFirst());
        assertThat(first.path("level").asText()).isEqualTo("ERROR");
        assertThat(first.path("loggerName").asText()).isEqualTo("dev.weir.engine.X");
        assertThat(first.path("formattedMessage").asText()).isEqualTo("expert causal on cpu: \"asleep\"\n");
        assertThat(first.path("throwable").path("message").asText()).isEqualTo("two\nlines");
        assertThat(first.path("timestamp").asLong()).isPositive();
        assertThat(first.has("arguments")).isFalse();
    }

    @Test
    void whatLibrariesTellTheJavaPlatformGoesTheSameWay() throws IOException {
        Log.write(LogFormat.JSON);
        java.util.logging.Logger.getLogger("io.opentelemetry.exporter").log(Level.WARNING, "nobody listens");
        assertThat(lines()).hasSize(1);
        assertThat(new JsonMapper()
                        .readTree(lines().getFirst())
                        .path("formattedMessage")
                        .asText())
                .isEqualTo("nobody listens");
    }

    @Test
    void isTextAgainWhenAskedFor() {
        Log.write(LogFormat.JSON);
        Log.write(LogFormat.TEXT);
        LoggerFactory.getLogger("dev.weir.engine.X").info("ready");
        assertThat(lines()).singleElement().asString().endsWith("INFO  X - ready");
    }

    @Test
    void namesTheFormatsThereAre() {
        List<String> problems = new ArrayList<>();
        LogFormat.from(ConfigFactory.parseString("format = xml"), problems);
        assertThat(problems).containsExactly("weir.logging.format: xml (expected: text or json)");
        assertThat(LogFormat.from(ConfigFactory.defaultReference().getConfig("weir.logging"), new ArrayList<>()))
                .isEqualTo(LogFormat.TEXT);
    }
}
