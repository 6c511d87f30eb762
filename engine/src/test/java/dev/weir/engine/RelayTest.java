package dev.weir.engine;

import static dev.weir.engine.RelayClient.JSON;
import static dev.weir.engine.RelayClient.asEvents;
import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.completion;
import static dev.weir.engine.RelayClient.content;
import static dev.weir.engine.RelayClient.data;
import static dev.weir.engine.RelayClient.events;
import static dev.weir.engine.RelayClient.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.RelayClient.Event;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of an upstream of ours, relayed by a whole server to a plain HTTP client. */
class RelayTest {

    static final String INSULTS =
            "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                    + "Everyone laughs at you behind your back, you disgusting moron. "
                    + "I will find you and I will kill you, you worthless piece of garbage.";
    private static final String BENIGN =
            "Water boils at 100 °C at sea level. On a mountain it boils sooner, because the air is thin. 😀";
    private static final String CARD = "Sure. The card is 4111 1111 1111 1111, as you asked.";

    @RegisterExtension
    static final RunningRelay relay = new RunningRelay("weir.relay.key = server-key");

    private static final FakeUpstream upstream = relay.upstream;
    private static final RelayClient client = relay.client;

    private static Server server(String settings) throws StartException {
        return server(upstream, settings);
    }

    /** @param settings that go before those of a server that relays */
    static Server server(FakeUpstream upstream, String settings) throws StartException {
        return Server.start(
                Engines.config("weir.relay.upstream = \"" + upstream.url() + "\"\n"
                        + "weir.policy-defaults.prompt.stop-at = 0.9\n"
                        + "weir.models.experts = [lexicon, ngram, prompts, causal]\n" + settings),
                line -> {});
    }

    @Test
    void aHarmlessReplyComesOutEventByEventAsItWentIn() throws Exception {
        upstream.next(call -> say(call, BENIGN));
        assertThat(data(client.stream(""))).isEqualTo(benign());
        upstream.call();
    }

    @Test
    void aReplyOfInsultsEndsWithContentFilterAndTheUpstreamIsHungUpOn() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        CountDownLatch read = new CountDownLatch(1);
        upstream.next(call -> {
            call.begin().event(Chunks.role(0));
            for (String word : Chunks.words(BENIGN)) {
                call.content(word);
            }
            read.await();
            hungUp.complete(call.isHungUpOnDuring(Chunks.words(" " + INSULTS).stream() // it would go on for ever
                    .map(word -> Chunks.content(0, word))
                    .toList()));
        });
        List<Event> events = streamUntil("sea", read, ",\"stream_options\":{\"include_usage\":true}");
        upstream.call();
        assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(BENIGN + " " + INSULTS).startsWith(content(events));
        assertThat(content(events)).startsWith("Water boils").doesNotContain("kill you");
        Event stop = events.get(events.size() - 3);
        assertThat(stop.choice().path("finish_reason").asText()).isEqualTo("content_filter");
        assertThat(stop.json().path("id").asText()).isEqualTo("chatcmpl-1");
        assertThat(stop.choice().path("weir").path("receipt").asText()).hasSize(26);
        Event usage = events.get(events.size() - 2);
        assertThat(usage.json().path("choices").size()).isZero();
        assertThat(usage.json().path("usage").path("completion_tokens").asInt()).isPositive();
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }

    /** The events of a reply that is read as it comes; says so when the first is there that holds this. */
    private static List<Event> streamUntil(String seen, CountDownLatch told, String more) throws Exception {
        StringBuilder body = new StringBuilder();
        try (Stream<String> lines = client.chatByLine(ask(true, more)).body()) {
            lines.forEach(line -> {
                body.append(line).append('\n');
                if (line.contains(seen)) {
                    told.countDown();
                }
            });
        }
        return events(body.toString());
    }

    @Test
    void aCardNumberIsReplacedInTheMiddleOfTheStream() throws Exception {
        upstream.next(call -> say(call, CARD));
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(content(events)).isEqualTo("Sure. The card is [card number], as you asked.");
        assertThat(events.get(events.size() - 2).choice().path("finish_reason").asText())
                .isEqualTo("stop");
    }

    @Test
    void aReplyThatComesWholeIsPassedOnByteForByteOrCut() throws Exception {
        String benign = completion("\"content\":\"" + BENIGN + "\",\"refusal\":null", "stop");
        upstream.next(call -> call.json(200, benign, "x-request-id: up-1"));
        HttpResponse<String> passed = client.chat(ask(false, ""));
        assertThat(passed.body()).isEqualTo(benign);
        assertThat(passed.headers().firstValue("x-request-id")).hasValue("up-1");
        assertThat(passed.headers().firstValue("x-weir-reply")).isPresent();
        upstream.call();

        upstream.next(call -> call.json(200, completion("\"content\":\"" + CARD + "\"", "stop")));
        JsonNode redacted = JSON.readTree(client.chat(ask(false, "")).body());
        assertThat(redacted.path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo("Sure. The card is [card number], as you asked.");
        upstream.call();

        upstream.next(call -> call.json(200, completion("\"content\":\"Well then. " + INSULTS + "\"", "stop")));
        JsonNode stopped = JSON.readTree(client.chat(ask(false, "")).body());
        JsonNode choice = stopped.path("choices").path(0);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("content_filter");
        assertThat("Well then. " + INSULTS)
                .startsWith(choice.path("message").path("content").asText());
        assertThat(stopped.toString()).doesNotContain("kill you");
        assertThat(stopped.path("usage").path("total_tokens").asInt()).isEqualTo(12);
        upstream.call();
    }

    @Test
    void theUpstreamGetsTheRequestAsItIsAndTheServersOwnCredential() throws Exception {
        upstream.next(call -> say(call, "Yes."));
        client.stream(",\"temperature\":0.70,\"x-unknown\":{\"b\":1,\"a\":[true]}");
        FakeUpstream.Call call = upstream.call();
        assertThat(call.requestLine()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(call.headers())
                .containsEntry("authorization", "Bearer server-key")
                .containsEntry("accept-encoding", "identity");
        assertThat(call.body()).isEqualTo(ask(true, ",\"temperature\":0.70,\"x-unknown\":{\"b\":1,\"a\":[true]}"));
    }

    @Test
    void aPromptThatIsStoppedNeverReachesTheUpstream() throws Exception {
        HttpResponse<String> answer =
                client.chat("{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
                        + JSON.writeValueAsString(INSULTS) + "}]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo("content_filter");
        assertThat(error.path("weir").path("receipt").asText()).hasSize(26);
        assertThat(upstream.wasAsked()).isFalse();
    }

    @Test
    void aClientThatGoesAwayTakesTheUpstreamWithIt() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        upstream.next(call -> {
            call.begin().content("Once upon a time ").content("there ").content("was ");
            if (call.isHungUpOn()) {
                hungUp.countDown();
            }
        });
        HttpResponse<Stream<String>> answer = client.chatByLine(ask(true, ""));
        upstream.call();
        answer.body().close();
        assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return zipped.toByteArray();
    }

    private static List<String> benign() {
        List<String> events = new ArrayList<>(List.of(Chunks.role(0)));
        Chunks.words(BENIGN).forEach(word -> events.add(Chunks.content(0, word)));
        events.add(Chunks.finish(0, "stop"));
        events.add("[DONE]");
        return events;
    }

    @Test
    void howTheUpstreamCutsItsBytesShowsNowhere() throws Exception {
        upstream.next(call -> {
            call.begin();
            for (byte each : asEvents(benign()).getBytes(StandardCharsets.UTF_8)) {
                call.chunk(new byte[] {each});
            }
            call.endChunks();
        });
        assertThat(data(client.stream(""))).isEqualTo(benign());
        upstream.call();
        upstream.next(call -> call.begin().chunk(asEvents(benign())).endChunks());
        assertThat(data(client.stream(""))).isEqualTo(benign());
        upstream.call();
    }

    @Test
    void otherLineEndsCommentsAndAMissingEndAreUnderstood() throws Exception {
        String events = asEvents(benign().subList(0, benign().size() - 1));
        upstream.next(call -> call.begin()
                .chunk(": warming up\r\n\r\n" + events.replace("\n", "\r\n"))
                .endChunks());
        assertThat(data(client.stream(""))).isEqualTo(benign());
        upstream.call();
    }

    @Test
    void whatComesCompressedAllTheSameIsRead() throws Exception {
        upstream.next(call -> call.begin("Content-Encoding: gzip")
                .chunk(gzip(asEvents(benign())))
                .endChunks());
        assertThat(data(client.stream(""))).isEqualTo(benign());
        upstream.call();
        String whole = completion("\"content\":\"" + CARD + "\"", "stop");
        upstream.next(call -> call.answer(200, "application/json", gzip(whole), "Content-Encoding: gzip"));
        assertThat(client.chat(ask(false, "")).body()).contains("[card number]").doesNotContain("4111");
        upstream.call();
    }

    @Test
    void anUpstreamThatBreaksOffIsAnErrorBehindTheTextThatWasSafe() throws Exception {
        upstream.next(
                call -> call.begin().content("A low wall ").content("across ").hangUp());
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.getLast().json().path("error").path("code").asText()).isEqualTo("upstream_failed");
        assertThat("A low wall across ").startsWith(content(events));

        upstream.next(call -> call.begin()
                .content("A low wall ")
                .event("{\"error\":{\"message\":\"" + INSULTS + "\",\"type\":\"server_error\",\"code\":500}}")
                .endChunks());
        events = client.stream("");
        upstream.call();
        assertThat(events.getLast().json().path("error").path("code").asText()).isEqualTo("upstream_failed");
        assertThat(events.toString()).doesNotContain("idiot");
    }

    @Test
    void anUpstreamThatStallsIsGivenUp() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        upstream.next(call -> {
            call.begin().content("A low wall ");
            hungUp.complete(call.isHungUpOn());
        });
        try (Server impatient = server("weir.relay.idle-timeout = 200 ms");
                RelayClient asking = new RelayClient(impatient)) {
            List<Event> events = asking.stream("");
            upstream.call();
            assertThat(events.getLast().json().path("error").path("code").asText())
                    .isEqualTo("upstream_timeout");
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anEventWithoutEndIsGivenUp() throws Exception {
        upstream.next(call -> {
            call.begin();
            for (int i = 0; i < 20; i++) {
                call.chunk("x".repeat(1 << 16));
            }
        });
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.getLast().json().path("error").path("message").asText())
                .contains("max-event-bytes");
    }

    @Test
    void aKeptConnectionThatTheUpstreamClosedIsNoFailure() throws Exception {
        for (int i = 0; i < 3; i++) {
            upstream.next(call -> {
                call.json(200, completion("\"content\":\"Yes.\"", "stop"));
                call.hangUp();
            });
            assertThat(client.chat(ask(false, "")).statusCode()).isEqualTo(200);
            upstream.call();
        }
    }

    @Test
    void whatTheUpstreamRefusesIsPassedOnUnlessItIsOurCredential() throws Exception {
        String error =
                "{\"error\":{\"message\":\"Slow down\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit\"}}";
        upstream.next(call -> call.json(429, error, "Retry-After: 7", "x-ratelimit-limit-requests: 5"));
        HttpResponse<String> refused = client.chat(ask(true, ""));
        upstream.call();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).isEqualTo(error);
        assertThat(refused.headers().firstValue("retry-after")).hasValue("7");
        assertThat(refused.headers().firstValue("x-ratelimit-limit-requests")).hasValue("5");

        upstream.next(call -> call.json(401, "{\"error\":{\"message\":\"Bad key server-key\"}}"));
        HttpResponse<String> unauthorized = client.chat(ask(true, ""));
        upstream.call();
        assertThat(unauthorized.statusCode()).isEqualTo(502);
        assertThat(unauthorized.body()).contains("upstream_refused").doesNotContain("server-key");
    }

    @Test
    void aStopInOneChoiceLeavesTheOthers() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        upstream.next(call -> {
            call.begin().event(Chunks.content(0, BENIGN));
            for (String word : Chunks.words(INSULTS)) {
                call.event(Chunks.content(1, word));
            }
            stopped.await();
            for (String word : Chunks.words(" " + BENIGN)) {
                call.event(Chunks.content(0, word));
            }
            call.event(Chunks.finish(1, "stop")).event(Chunks.finish(0, "stop"));
            call.event(Chunks.usage(5, 9)).done();
        });
        List<Event> events =
                streamUntil("content_filter", stopped, ",\"n\":2,\"stream_options\":{\"include_usage\":true}");
        upstream.call();
        assertThat(content(events, 0, "content")).isEqualTo(BENIGN + " " + BENIGN);
        assertThat(content(events, 1, "content")).doesNotContain("kill you");
        assertThat(data(events)).contains(Chunks.finish(0, "stop")).doesNotContain(Chunks.finish(1, "stop"));
        assertThat(data(events).subList(events.size() - 2, events.size()))
                .containsExactly(Chunks.usage(5, 9), "[DONE]");
        assertThat(events.stream()
                        .filter(event -> !event.data().equals("[DONE]"))
                        .filter(event ->
                                event.choice().path("finish_reason").asText("").equals("content_filter")))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.choice().path("index").asInt()).isEqualTo(1));
    }

    /** A field, and the delta that carries a piece of its text. */
    private static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of("reasoning_content", "\"reasoning_content\":%s"),
                Arguments.of("reasoning", "\"reasoning\":%s"),
                Arguments.of("refusal", "\"refusal\":%s"),
                Arguments.of("thoughts", "\"thoughts\":%s"),
                Arguments.of("parts", "\"content\":[{\"type\":\"text\",\"text\":%s}]"),
                Arguments.of("function", "\"function_call\":{\"arguments\":%s}"),
                Arguments.of("tool", "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":%s}}]"),
                Arguments.of("custom tool", "\"tool_calls\":[{\"index\":3,\"custom\":{\"input\":%s}}]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void harmIsStoppedInWhateverFieldItIs(String name, String delta) throws Exception {
        upstream.next(call -> {
            call.begin().event(Chunks.role(0));
            for (String word : Chunks.words(INSULTS)) {
                call.event(Chunks.delta(0, delta.formatted(JSON.writeValueAsString(word))));
            }
            call.event(Chunks.finish(0, "stop")).done();
        });
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.get(events.size() - 2).choice().path("finish_reason").asText())
                .isEqualTo("content_filter");
        assertThat(events.toString()).doesNotContain("garbage");
    }

    /** Shapes that no server should send, and that some client may read all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":{\"0\":{\"delta\":{\"content\":%s}}}}",
                "{\"choices\":[%s]}",
                "{\"choices\":[{\"delta\":[%s]}]}",
                "{\"choices\":[{\"text\":{\"x\":%s}}]}",
                "{\"choices\":[],\"output\":{\"text\":[%s]}}",
                "{\"citations\":[%s],\"choices\":[{\"delta\":{}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[%s]}}]}"
            })
    void harmIsStoppedInWhateverShapeItIs(String shape) throws Exception {
        upstream.next(call -> call.begin()
                .event(shape.formatted(JSON.writeValueAsString(INSULTS)))
                .done());
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.toString()).contains("content_filter").doesNotContain("garbage");
    }

    @Test
    void escapesInTheArgumentsOfAToolHideNothing() throws Exception {
        StringBuilder escaped = new StringBuilder("{\"body\":\"");
        INSULTS.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        upstream.next(call -> {
            call.begin();
            for (String piece : Chunks.words(escaped + "\"}")) {
                call.event(Chunks.delta(
                        0,
                        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + JSON.writeValueAsString(piece)
                                + "}}]"));
            }
            call.event(Chunks.finish(0, "tool_calls")).done();
        });
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.get(events.size() - 2).choice().path("finish_reason").asText())
                .isEqualTo("content_filter");
    }

    @Test
    void aCallOfAToolComesOutAsItWentIn() throws Exception {
        List<String> expected = new ArrayList<>();
        expected.add(Chunks.role(0));
        for (String word : Chunks.words("Let me look 7")) {
            expected.add(Chunks.delta(0, "\"reasoning_content\":\"" + word + "\""));
        }
        expected.add(
                Chunks.delta(
                        0,
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]"));
        for (String piece : List.of("{\\\"city\\\":", "\\\"Bern\\\"", ",\\\"days\\\":3}")) {
            expected.add(
                    Chunks.delta(0, "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" + piece + "\"}}]"));
        }
        expected.add(Chunks.finish(0, "tool_calls"));
        expected.add("[DONE]");
        upstream.next(call -> call.begin().chunk(asEvents(expected)).endChunks());
        assertThat(data(client.stream("")))
                .containsExactlyInAnyOrderElementsOf(expected)
                .endsWith(expected.getLast());
        upstream.call();
    }

    @Test
    void whatNobodyCanReadIsRefused() throws Exception {
        HttpResponse<String> picture =
                client.chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"what is this\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]}]}");
        assertThat(picture.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(picture.body()).path("error").path("param").asText())
                .isEqualTo("messages[0].content[1]");

        upstream.next(call -> call.begin()
                .content("Listen: ")
                .event(Chunks.delta(0, "\"audio\":{\"id\":\"a\",\"data\":\"UklGRg==\"}"))
                .done());
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.getLast().json().path("error").path("code").asText()).isEqualTo("unreadable_content");
        assertThat(events.toString()).doesNotContain("UklGRg");
    }

    @Test
    void aRequestThatCouldBeReadInTwoWaysIsRefused() throws Exception {
        for (String body : List.of(
                ask(true, ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"),
                "[]",
                "{\"messages\":[]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} {}",
                ask(true, ",\"n\":17"),
                ask(true, ",\"x\":" + "[".repeat(300) + "]".repeat(300)))) {
            HttpResponse<String> answer = client.chat(body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(answer.body()).path("error").path("type").asText())
                    .isEqualTo("invalid_request_error");
        }
        assertThat(upstream.wasAsked()).isFalse();
    }

    @Test
    void aTextThatIsCompletedIsLetThroughAndCut() throws Exception {
        String shape =
                "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"f\",\"choices\":[{\"text\":%s,"
                        + "\"index\":0,\"logprobs\":null,\"finish_reason\":%s}]}";
        String benign = shape.formatted(JSON.writeValueAsString(BENIGN), "\"stop\"");
        upstream.next(call -> call.json(200, benign));
        assertThat(complete(false).body()).isEqualTo(benign);
        assertThat(upstream.call().requestLine()).isEqualTo("POST /v1/completions HTTP/1.1");
        upstream.next(call -> {
            call.begin();
            for (String word : Chunks.words(INSULTS)) {
                call.event(shape.formatted(JSON.writeValueAsString(word), "null"));
            }
            call.event(shape.formatted("\"\"", "\"stop\"")).done();
        });
        List<Event> events = events(complete(true).body());
        upstream.call();
        JsonNode stop = events.get(events.size() - 2).choice();
        assertThat(stop.path("finish_reason").asText()).isEqualTo("content_filter");
        assertThat(stop.path("text").asText("none")).isEmpty();
    }

    private static HttpResponse<String> complete(boolean stream) throws Exception {
        return client.post("/v1/completions", "{\"model\":\"f\",\"prompt\":\"Water\",\"stream\":" + stream + "}");
    }

    @Test
    void textsAreModeratedInTheShapeThatClientsKnow() throws Exception {
        HttpResponse<String> answer = client.post(
                "/v1/moderations", JSON.writeValueAsString(Map.of("input", List.of(BENIGN, INSULTS, CARD))));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("model").asText()).startsWith("weir/default@");
        JsonNode results = body.path("results");
        assertThat(List.of(
                        results.path(0).path("flagged").asBoolean(),
                        results.path(1).path("flagged").asBoolean(),
                        results.path(2).path("flagged").asBoolean()))
                .containsExactly(false, true, true);
        assertThat(results.path(1)
                        .path("categories")
                        .path("harassment/threatening")
                        .isBoolean())
                .isTrue();
        assertThat(results.path(1).path("weir").path("action").asText()).isEqualTo("stop");
        assertThat(results.path(1).path("weir").path("receipt").asText()).hasSize(26);
        assertThat(results.path(2).path("categories").path("privacy").asBoolean())
                .isTrue();
        assertThat(results.path(2).path("category_scores").path("privacy").asDouble())
                .isGreaterThan(0.8);
        assertThat(results.path(0)
                        .path("category_applied_input_types")
                        .path("sexual/minors")
                        .path(0)
                        .asText())
                .isEqualTo("text");
    }

    @Test
    void saysWhichInputCannotBeModerated() throws Exception {
        assertThat(client.post(
                                "/v1/moderations",
                                "{\"input\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}")
                        .body())
                .contains("unreadable_content", "input[0]");
        assertThat(client.post("/v1/moderations", "{\"input\":[" + "\"a\",".repeat(1_024) + "\"a\"]}")
                        .body())
                .contains("1025 texts (expected: at most 1024)");
        assertThat(client.post("/v1/moderations", "{}").statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(client.post("/v1/moderations", "{\"input\":\"\"}")
                                .body())
                        .path("results")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aFullServerSaysWhenToComeBackAndADrainingOneFinishesWhatItHas() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (Server small = server("weir.stream.max-streams = 1");
                RelayClient asking = new RelayClient(small)) {
            upstream.next(call -> {
                call.begin().event(Chunks.role(0));
                goOn.await();
                call.content(BENIGN).event(Chunks.finish(0, "stop")).done();
            });
            CompletableFuture<HttpResponse<String>> running = asking.chatLater(ask(true, ""));
            upstream.call();
            HttpResponse<String> full = asking.chat(ask(true, ""));
            assertThat(full.statusCode()).isEqualTo(503);
            assertThat(full.body()).contains("\"code\":\"overloaded\"");
            assertThat(full.headers().firstValueAsLong("retry-after-ms")).isPresent();
            CompletableFuture<Void> drained = CompletableFuture.runAsync(small::drain);
            goOn.countDown();
            assertThat(content(events(running.get(30, TimeUnit.SECONDS).body())))
                    .isEqualTo(BENIGN);
            drained.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anUpstreamThatIsNotThereIsABadGateway() throws Exception {
        String nobody;
        try (FakeUpstream gone = new FakeUpstream()) {
            nobody = gone.url();
        }
        try (Server lonely = server("weir.relay.upstream = \"" + nobody + "\"");
                RelayClient asking = new RelayClient(lonely)) {
            HttpResponse<String> answer = asking.chat(ask(true, ""));
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_failed");
        }
    }

    @Test
    void saysWhatToConfigureWhereThereIsNoUpstream() throws Exception {
        try (Server bare = server("weir.relay.upstream = \"\"");
                RelayClient asking = new RelayClient(bare)) {
            HttpResponse<String> answer = asking.chat(ask(true, ""));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(JSON.readTree(answer.body())
                            .path("error")
                            .path("message")
                            .asText())
                    .contains("weir.relay.upstream");
        }
    }
}
