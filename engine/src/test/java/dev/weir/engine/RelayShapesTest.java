package dev.weir.engine;

import static dev.weir.engine.RelayClient.JSON;
import static dev.weir.engine.RelayClient.asEvents;
import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.completion;
import static dev.weir.engine.RelayClient.content;
import static dev.weir.engine.RelayClient.data;
import static dev.weir.engine.RelayClient.error;
import static dev.weir.engine.RelayClient.json;
import static dev.weir.engine.RelayClient.say;
import static dev.weir.engine.RelayTest.INSULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.RelayClient.Event;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of OpenAI's interface ask for beside plain chat, and what they get. */
class RelayShapesTest {

    @RegisterExtension
    static final RunningRelay relay = new RunningRelay("weir.relay { key = server-key, max-request-bytes = 64 KiB }");

    private static final FakeUpstream upstream = relay.upstream;
    private static final RelayClient client = relay.client;

    @AfterEach
    void nothingIsLeft() {
        assertThat(upstream.wasAsked()).as("asked without a test's knowledge").isFalse();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        return escaped.toString();
    }

    private static void sayAsItIs(FakeUpstream.Call call, String text) throws Exception {
        call.begin();
        for (String word : Chunks.words(text)) {
            call.content(word);
        }
        call.event(Chunks.finish(0, "stop")).done();
    }

    @Test
    void theModelsAreThoseOfTheUpstream() throws Exception {
        String list = "{\"object\":\"list\",\"data\":[{\"id\":\"fake-1\",\"object\":\"model\",\"owned_by\":\"us\"}]}";
        upstream.next(call -> call.json(200, list));
        HttpResponse<String> all = client.get("/v1/models");
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body()).isEqualTo(list);
        FakeUpstream.Call asked = upstream.call();
        assertThat(asked.requestLine()).isEqualTo("GET /v1/models HTTP/1.1");
        assertThat(asked.headers())
                .containsEntry("authorization", "Bearer server-key")
                .doesNotContainKeys("content-length", "content-type");

        upstream.next(call -> call.json(200, "{\"id\":\"meta/l-3.1\",\"object\":\"model\"}"));
        assertThat(client.get("/v1/models/meta%2Fl-3.1?x=1").body()).contains("meta/l-3.1");
        assertThat(upstream.call().requestLine()).isEqualTo("GET /v1/models/meta%2Fl-3.1 HTTP/1.1");
    }

    @Test
    void whatTheUpstreamDoesNotSayOfItsModelsIsAnErrorThatSaysSo() throws Exception {
        String none =
                "{\"error\":{\"message\":\"No such model\",\"type\":\"invalid_request_error\",\"param\":\"model\","
                        + "\"code\":\"model_not_found\"}}";
        upstream.next(call -> call.json(404, none));
        HttpResponse<String> unknown = client.get("/v1/models/gpt-9");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo(none);
        upstream.call();
        upstream.next(call -> call.json(401, "{\"error\":{\"message\":\"Bad key server-key\"}}"));
        HttpResponse<String> refused = client.get("/v1/models");
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).contains("upstream_refused").doesNotContain("server-key");
        upstream.call();
        upstream.next(
                call -> call.answer(200, "text/html", "<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(error(client.get("/v1/models")).path("code").asText()).isEqualTo("upstream_failed");
        upstream.call();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/models/..", "/v1/models/..%2Ffiles", "/v1/models/%2e%2e", "/v1/models/a%20b", "/v1/models/"
            })
    void theNameOfAModelLeadsNowhereElse(String path) throws Exception {
        HttpResponse<String> answer = client.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("param").asText()).isEqualTo("model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/responses", "/v1/embeddings", "/v1/audio/speech", "/v1/images/generations", "/v1/files/x"})
    void whatIsNotRelayedIsNotFoundAndWhatIsRelayedIsNamed(String path) throws Exception {
        HttpResponse<String> answer = client.post(path, "{\"model\":\"m\",\"input\":\"x\"}");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(error(answer).path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error(answer).path("code").asText()).isEqualTo("not_found");
        assertThat(error(answer).path("message").asText())
                .contains("/v1/chat/completions", "/v1/completions", "/v1/models", "/v1/moderations");
        assertThat(error(answer).has("param")).isTrue();
    }

    @Test
    void aBodyThatIsTooLongOrNoJsonIsRefusedInTheSameShape() throws Exception {
        HttpResponse<String> tooLong = client.chat(ask(true, ",\"x\":\"" + "y".repeat(70_000) + "\""));
        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(error(tooLong).path("type").asText()).isEqualTo("invalid_request_error");
        HttpRequest noJson = client.request("/v1/chat/completions")
                .setHeader("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
        HttpResponse<String> answer = client.send(noJson);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(error(answer).path("message").asText()).contains("application/json");
        assertThat(client.get("/v1/chat/completions").statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json_schema", "json_object"})
    void escapesInAReplyThatIsToBeJsonHideNothing(String type) throws Exception {
        String format =
                ",\"response_format\":{\"type\":\"" + type + "\",\"json_schema\":{\"name\":\"a\",\"schema\":{}}}";
        upstream.next(call -> sayAsItIs(call, "{\"answer\":\"" + escaped(INSULTS) + "\"}"));
        List<Event> events = client.stream(format);
        upstream.call();
        assertThat(events.get(events.size() - 2).choice().path("finish_reason").asText())
                .isEqualTo("content_filter");

        String card = "{\"card\":\"" + escaped("4111 1111 1111 1111") + "\",\"n\":1}";
        upstream.next(call -> sayAsItIs(call, card));
        String shown = content(client.stream(format));
        upstream.call();
        assertThat(json(shown).path("card").asText()).isEqualTo("[card number]");
        assertThat(json(shown).path("n").asInt()).isEqualTo(1);

        String benign = "{\"steps\":[\"Boil \\u0032 l\\n of w\\u00e4ter\"],\"final\":\"\\ud83d\\ude00\"}";
        upstream.next(call -> sayAsItIs(call, benign));
        assertThat(content(client.stream(format))).isEqualTo(benign);
        upstream.call();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'logprobs'   | ',\"logprobs\":true,\"top_logprobs\":3'",
                "'logprobs'   | ',\"logprobs\":0'",
                "'modalities' | ',\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"alloy\"}'"
            })
    void whatCouldNotBeReadOfTheReplyIsRefusedBeforeItIsPaidFor(String param, String more) throws Exception {
        HttpResponse<String> answer = client.chat(ask(true, more));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("unreadable_content");
        assertThat(error(answer).path("param").asText()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "messages[0].content[0] | {\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"x\"}}]}",
                "messages[0].content[0] | {\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}",
                "messages[0].audio      | {\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"audio_1\"}}",
                "messages[0].images     | {\"role\":\"user\",\"content\":\"x\",\"images\":[\"iVBORw0KGgo=\"]}"
            })
    void whatIsNoTextInThePromptIsNamed(String at, String message) throws Exception {
        HttpResponse<String> answer = client.chat("{\"model\":\"m\",\"messages\":[" + message + "]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("param").asText()).isEqualTo(at);
    }

    /** Messages that hold a text each, in all the ways in which one can. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"developer\",\"content\":%s}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":%s}]}",
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":%s}",
                "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":%s}",
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":%s}]}",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":%s}}]}",
                "{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":%s}}",
                "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":%s}",
                "{\"role\":\"function\",\"name\":\"f\",\"content\":%s}",
                "{\"role\":\"user\",\"content\":\"Hello\",\"name\":%s}"
            })
    void aPromptIsStoppedForWhatAnyOfItsMessagesHolds(String message) throws Exception {
        HttpResponse<String> answer = client.chat(
                "{\"model\":\"m\",\"messages\":[" + message.formatted(JSON.writeValueAsString(INSULTS)) + "]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("content_filter");
        assertThat(error(answer).path("param").asText()).isEqualTo("prompt");
    }

    @Test
    void toolCallsSideBySideAreReadApart() throws Exception {
        String call = "\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":\"%s\"}}]";
        List<String> expected = new ArrayList<>();
        expected.add(Chunks.role(0));
        for (String piece : List.of("{\\\"city\\\":", "\\\"Bern\\\"", "}")) {
            expected.add(Chunks.delta(0, call.formatted(0, piece)));
            expected.add(Chunks.delta(0, call.formatted(1, piece.replace("Bern", "Uri"))));
        }
        expected.add(Chunks.finish(0, "tool_calls"));
        expected.add("[DONE]");
        upstream.next(each -> each.begin().chunk(asEvents(expected)).endChunks());
        assertThat(data(client.stream(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"w\"}}]")))
                .containsExactlyInAnyOrderElementsOf(expected);
        upstream.call();

        upstream.next(each -> {
            each.begin();
            for (String word : Chunks.words(INSULTS)) {
                each.event(Chunks.delta(0, call.formatted(0, "7")));
                each.event(Chunks.delta(0, call.formatted(1, word)));
            }
            each.event(Chunks.finish(0, "tool_calls")).done();
        });
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.get(events.size() - 2).choice().path("finish_reason").asText())
                .isEqualTo("content_filter");
        assertThat(events.toString()).doesNotContain("garbage");
    }

    @Test
    void ofAWholeReplyOnlyCallsThatMayBeShownWholeAreLeft() throws Exception {
        upstream.next(call -> call.json(
                200,
                completion(
                        "\"content\":\"One moment.\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"say\",\"arguments\":"
                                + JSON.writeValueAsString("{\"to\":\"" + INSULTS + "\"}") + "}}]",
                        "tool_calls")));
        JsonNode choice =
                json(client.chat(ask(false, "")).body()).path("choices").path(0);
        upstream.call();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("content_filter");
        assertThat(choice.path("message").path("content").asText()).isEqualTo("One moment.");
        assertThat(choice.path("message").has("tool_calls")).isFalse();
    }

    @Test
    void emptyAndUnknownFieldsComeOutAsTheyWentIn() throws Exception {
        String whole =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"x_groq\":{\"id\":\"r\"},"
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null,"
                        + "\"annotations\":[],\"audio\":null,\"function_call\":null,\"tool_calls\":null},\"logprobs\":null,"
                        + "\"finish_reason\":\"stop\",\"content_filter_results\":{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}}],"
                        + "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":0,\"total_tokens\":9,"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0}},\"service_tier\":\"default\"}";
        upstream.next(call -> call.json(200, whole));
        assertThat(client.chat(ask(false, "")).body()).isEqualTo(whole);
        upstream.call();

        List<String> events = new ArrayList<>();
        events.add(Chunks.delta(0, "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null,\"tool_calls\":null"));
        events.add(Chunks.content(0, "Yes. "));
        events.add(Chunks.delta(0, "\"content\":null,\"x_private\":{\"a\":[1,true,null]}"));
        events.add(Chunks.finish(0, "stop"));
        events.add(Chunks.usage(3, 4).replace("\"choices\"", "\"obfuscation\":\"aX9\",\"choices\""));
        events.add("[DONE]");
        upstream.next(call -> call.begin().chunk(asEvents(events)).endChunks());
        assertThat(data(client.stream(",\"stream_options\":{\"include_usage\":true}")))
                .isEqualTo(events);
        upstream.call();
    }

    /** One that was scored in two steps was taken for a text that may leave in two pieces, which a structure cannot. */
    @Test
    void aStructureThatIsReadComesOutWhole() throws Exception {
        String citations = ",\"citations\":[{\"title\":\"" + "The river gauge reads four metres. ".repeat(20) + "\"}]}";
        String event = Chunks.content(0, "Yes. ").replaceFirst("}$", citations);
        String alone = Chunks.delta(0, "").replaceFirst("}$", citations);
        List<String> expected = List.of(event, alone, Chunks.finish(0, "stop"), "[DONE]");
        upstream.next(call -> call.begin().chunk(asEvents(expected)).endChunks());
        assertThat(data(client.stream(""))).isEqualTo(expected);
        upstream.call();
    }

    @Test
    void theSpanOfTheClientIsTheUpstreamsParentWhereThereIsNoneOfOurs() throws Exception {
        upstream.next(call -> say(call, "Yes."));
        client.send(client.request("/v1/chat/completions")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=1")
                .POST(HttpRequest.BodyPublishers.ofString(ask(true, "")))
                .build());
        assertThat(upstream.call().headers())
                .containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .containsEntry("tracestate", "vendor=1");
    }

    @Test
    void aRequestForManyThingsReachesTheUpstreamUnchanged() throws Exception {
        upstream.next(call -> say(call, "Yes."));
        String more =
                ",\"n\":1,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],"
                        + "\"parallel_tool_calls\":true,\"functions\":[{\"name\":\"g\"}],\"function_call\":\"auto\","
                        + "\"response_format\":{\"type\":\"text\"},\"logprobs\":false,\"modalities\":[\"text\"],\"seed\":7,"
                        + "\"reasoning_effort\":\"low\",\"logit_bias\":{\"50256\":-100},\"x_extra\":{\"deep\":[1.50]}";
        client.stream(more);
        assertThat(upstream.call().body()).isEqualTo(ask(true, more));
    }
}
