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
import org.jspecify.annotations.Nullable;
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

    /** What a script says of its requests, a line each. */
    private List<JsonNode> run(String script, Path client, Server server) throws Exception {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder node = new ProcessBuilder(
                        "node",
                        "src/test/node/" + script,
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
        List<JsonNode> said = new ArrayList<>();
        for (String line : Files.readAllLines(output, StandardCharsets.UTF_8)) {
            said.add(new ObjectMapper().readTree(line));
        }
        return said;
    }

    private static void call(FakeUpstream.Call call, String message, String finish) throws IOException {
        call.json(200, RelayClient.completion(message, finish));
    }

    @Test
    void getsAllThatItsUsersAskForBesidePlainChat() throws Exception {
        Path client = client();
        List<JsonNode> said;
        String tool = "\"tool_calls\":[{\"index\":%d,\"id\":\"call_%d\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"weather\",\"arguments\":\"%s\"}}]";
        String more = "\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":\"%s\"}}]";
        String text = "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"f\",\"choices\":"
                + "[{\"text\":%s,\"index\":%d,\"logprobs\":null,\"finish_reason\":%s}]}";
        try (FakeUpstream upstream = new FakeUpstream();
                Server server =
                        RelayTest.server(upstream, "weir.relay { idle-timeout = 5 s, first-byte-timeout = 5 s }")) {
            upstream.next(call -> call.json(
                            200,
                            "{\"object\":\"list\",\"data\":[{\"id\":\"fake-1\",\"object\":\"model\"},"
                                    + "{\"id\":\"meta/llama-3.1\",\"object\":\"model\"}]}"))
                    .next(call -> call.json(200, "{\"id\":\"meta/llama-3.1\",\"object\":\"model\"}"))
                    .next(call -> call.begin()
                            .event(Chunks.role(0))
                            .event(Chunks.role(1))
                            .event(Chunks.content(1, "A small dam."))
                            .event(Chunks.content(0, "A low wall."))
                            .event(Chunks.finish(0, "stop"))
                            .event(Chunks.finish(1, "stop"))
                            .done())
                    .next(call -> call.begin()
                            .event(Chunks.role(0))
                            .event(Chunks.delta(0, tool.formatted(0, 0, "")))
                            .event(Chunks.delta(0, tool.formatted(1, 1, "")))
                            .event(Chunks.delta(0, more.formatted(0, "{\\\"city\\\":\\\"Bern\\\"}")))
                            .event(Chunks.delta(0, more.formatted(1, "{\\\"city\\\":\\\"Uri\\\"}")))
                            .event(Chunks.finish(0, "tool_calls"))
                            .done())
                    .next(call -> call(
                            call,
                            "\"content\":\"{\\\"steps\\\":[\\\"Look \\\\u0061t it\\\"]}\",\"refusal\":null",
                            "stop"))
                    .next(call -> call.begin()
                            .event(Chunks.delta(0, "\"reasoning_content\":\"Weirs hold water.\""))
                            .event(Chunks.content(0, "A low wall."))
                            .event(Chunks.finish(0, "stop"))
                            .done())
                    .next(call -> call(
                            call,
                            "\"content\":null,\"function_call\":{\"name\":\"weather\",\"arguments\":\"{}\"}",
                            "function_call"))
                    .next(call -> call.begin()
                            .event(text.formatted("\" a wall.\"", 0, "\"stop\""))
                            .event(text.formatted("\" a bigger one.\"", 1, "\"stop\""))
                            .done())
                    .next(call -> call.json(
                            429,
                            "{\"error\":{\"message\":\"Slow down\",\"type\":\"requests\",\"param\":null,"
                                    + "\"code\":\"rate_limit_exceeded\"}}",
                            "Retry-After: 7"))
                    .next(FakeUpstream.Call::isHungUpOn)
                    .next(call -> call.begin().event(Chunks.role(0)).isHungUpOn());
            said = run("openai-shapes.mjs", client, server);
        }
        assertThat(said.stream().map(JsonNode::toString))
                .containsExactly(
                        "{\"ids\":[\"fake-1\",\"meta/llama-3.1\"],\"one\":\"meta/llama-3.1\"}",
                        "{\"contents\":[\"A low wall.\",\"A small dam.\"]}",
                        "{\"calls\":[\"Bern\",\"Uri\"],\"finish\":\"tool_calls\"}",
                        "{\"steps\":[\"Look at it\"],\"refusal\":null}",
                        "{\"reasoning\":\"Weirs hold water.\",\"content\":\"A low wall.\"}",
                        "{\"name\":\"weather\",\"text\":\" a wall. a bigger one.\"}",
                        "{\"results\":1,\"flagged\":true,\"harassment\":true,\"declared\":13,\"wrong\":[]}",
                        failure("NotFoundError", 404, "not_found", "invalid_request_error", null, null),
                        failure("NotFoundError", 404, "not_found", "invalid_request_error", null, null),
                        failure(
                                "BadRequestError",
                                400,
                                "unreadable_content",
                                "invalid_request_error",
                                "logprobs",
                                null),
                        failure("RateLimitError", 429, "rate_limit_exceeded", "requests", null, "7"),
                        failure("InternalServerError", 504, "upstream_timeout", "server_error", null, null),
                        "{\"error\":\"APIError\",\"code\":\"upstream_timeout\",\"type\":\"server_error\",\"param\":null,"
                                + "\"retryAfter\":null}");
    }

    private static String failure(
            String error, int status, String code, String type, @Nullable String param, @Nullable String retryAfter) {
        return new ObjectMapper()
                .createObjectNode()
                .put("error", error)
                .put("status", status)
                .put("code", code)
                .put("type", type)
                .put("param", param)
                .put("retryAfter", retryAfter)
                .toString();
    }

    @Test
    void readsBenignRepliesAsTheyAreAndHarmfulOnesToTheirContentFilter() throws Exception {
        Path client = client();
        List<JsonNode> said;
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
            said = run("openai.mjs", client, server);
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
