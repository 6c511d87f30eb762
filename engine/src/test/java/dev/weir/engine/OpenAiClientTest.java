package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Node, unchanged but for its base URL; skipped where node or npm cannot bring it. */
class OpenAiClientTest {

    private static final String CLIENT = "openai@7.57.0"; // depends on nothing, so this pins all of it
    private static final String BENIGN = "Water boils at 100 °C at sea level. On a mountain it boils sooner. 😀";
    private static final Path FOLDER = Path.of("target", "openai-client");

    @TempDir
    private Path folder;

    private static Path client() throws Exception {
        Path client = FOLDER.resolve("node_modules/openai/index.mjs").toAbsolutePath();
        if (!Files.exists(client)) {
            Files.createDirectories(FOLDER);
            int installed;
            try {
                installed = new ProcessBuilder(
                                "npm",
                                "install",
                                "--prefix",
                                ".",
                                "--no-save",
                                "--no-package-lock",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                CLIENT)
                        .directory(FOLDER.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(FOLDER.resolve("npm.log").toFile())
                        .start()
                        .waitFor();
            } catch (IOException e) {
                installed = -1;
            }
            assumeTrue(
                    installed == 0 && Files.exists(client),
                    "npm cannot bring " + CLIENT + ": OpenAI's own client is not tested (" + FOLDER + "/npm.log)");
        }
        return client;
    }

    private static void say(FakeUpstream.Call call, String text) throws IOException {
        call.begin().event(Chunks.role(0));
        for (String word : Chunks.words(text)) {
            call.content(word);
        }
        call.event(Chunks.finish(0, "stop")).event(Chunks.usage(5, 9)).done();
    }

    private static void sayWhole(FakeUpstream.Call call, String text) throws IOException {
        call.json(
                200,
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"fake-1\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":"
                        + new ObjectMapper().writeValueAsString(text)
                        + "},\"finish_reason\":\"stop\"}]}",
                "x-request-id: up-1");
    }

    @Test
    void readsBenignRepliesAsTheyAreAndHarmfulOnesToTheirContentFilter() throws Exception {
        Path client = client();
        List<JsonNode> said = new ArrayList<>();
        try (FakeUpstream upstream = new FakeUpstream();
                Server server = Server.start(
                        Engines.config("weir.relay.upstream = \"" + upstream.url() + "\"\n"
                                + "weir.policy-defaults.prompt.stop-at = 0.9\n"
                                + "weir.models.experts = [lexicon, ngram, prompts, causal]"),
                        line -> {})) {
            upstream.next(call -> say(call, BENIGN))
                    .next(call -> say(call, RelayTest.INSULTS))
                    .next(call -> sayWhole(call, BENIGN))
                    .next(call -> sayWhole(call, RelayTest.INSULTS))
                    .next(call -> say(call, BENIGN));
            Path output = folder.resolve("output");
            Path errors = folder.resolve("errors");
            ProcessBuilder node = new ProcessBuilder(
                            "node",
                            "src/test/node/openai.mjs",
                            client.toString(),
                            "http://127.0.0.1:" + server.port() + "/v1")
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            node.environment().put("INSULTS", RelayTest.INSULTS);
            Process running = node.start();
            try {
                assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                running.destroyForcibly();
            }
            assertThat(Files.readString(errors)).isEmpty();
            for (String line : Files.readAllLines(output, StandardCharsets.UTF_8)) {
                said.add(new ObjectMapper().readTree(line));
            }
        }
        assertThat(said).hasSize(7);
        assertPassed(said.get(0));
        assertThat(said.get(0).path("usage").asBoolean()).isTrue();
        assertCut(said.get(1));
        assertThat(said.get(1).path("usage").asBoolean()).isTrue();
        assertPassed(said.get(2));
        assertThat(said.get(2).path("request").asText()).isEqualTo("up-1");
        assertCut(said.get(3));
        assertPassed(said.get(4));
        assertThat(said.get(5).toString())
                .isEqualTo("{\"error\":\"BadRequestError\",\"status\":400,\"code\":\"content_filter\"}");
        assertThat(said.get(6).toString()).isEqualTo("{\"flagged\":[false,true]}");
    }

    private static void assertPassed(JsonNode reply) {
        assertThat(reply.path("content").asText()).isEqualTo(BENIGN);
        assertThat(reply.path("finish").asText()).isEqualTo("stop");
    }

    private static void assertCut(JsonNode reply) {
        assertThat(reply.path("finish").asText()).isEqualTo("content_filter");
        assertThat(RelayTest.INSULTS).startsWith(reply.path("content").asText());
        assertThat(reply.path("content").asText()).doesNotContain("kill you");
    }
}
