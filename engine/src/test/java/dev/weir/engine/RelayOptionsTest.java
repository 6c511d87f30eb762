package dev.weir.engine;

import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.completion;
import static dev.weir.engine.RelayClient.content;
import static dev.weir.engine.RelayClient.error;
import static dev.weir.engine.RelayClient.events;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may choose of the relay, as it shows to the client and to the upstream. */
class RelayOptionsTest {

    private static final String PICTURE = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}";
    private static final String WITH_PICTURE = "{\"model\":\"fake-1\",\"stream\":true,\"messages\":[{\"role\":\"user\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"What is this?\"}," + PICTURE + "]}]}";
    private static final String WITH_INSULTS =
            "{\"model\":\"fake-1\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"" + INSULTS + "\"}]%s}";

    private static final FakeUpstream UPSTREAM = new FakeUpstream();

    @AfterAll
    static void stop() {
        UPSTREAM.close();
    }

    private interface Use {
        void of(RelayClient client) throws Exception;
    }

    private static void with(String settings, Use use) throws Exception {
        try (Server server = RelayTest.server(UPSTREAM, "weir.relay { " + settings + " }");
                RelayClient client = new RelayClient(server)) {
            use.of(client);
        }
    }

    private static String finish(Event event) {
        return event.data().equals("[DONE]")
                ? ""
                : event.choice().path("finish_reason").asText("");
    }

    private static void sayWithSoundAndLogprobs(FakeUpstream.Call call) throws Exception {
        call.begin()
                .event(Chunks.delta(0, "\"content\":\"Listen: \",\"audio\":{\"id\":\"a\",\"data\":\"UklGRg==\"}"))
                .event(Chunks.content(0, "done.")
                        .replace("\"logprobs\":null", "\"logprobs\":{\"content\":[{\"token\":\"d\"}]}"))
                .event(Chunks.finish(0, "stop"))
                .done();
    }

    @Test
    void whatCannotBeReadIsPassedOnAndNamedWhereItIsToBeMarked() throws Exception {
        with("unreadable = mark", client -> {
            UPSTREAM.next(RelayOptionsTest::sayWithSoundAndLogprobs);
            HttpResponse<String> answer = client.chat(WITH_PICTURE);
            assertThat(UPSTREAM.call().body()).isEqualTo(WITH_PICTURE);
            assertThat(answer.headers().firstValue("x-weir-unscored")).hasValue("image_url");
            List<Event> events = events(answer.body());
            assertThat(content(events)).isEqualTo("Listen: done.");
            assertThat(answer.body()).contains("UklGRg==", "\"token\":\"d\"");
            assertThat(events.stream()
                            .filter(event -> !event.data().equals("[DONE]"))
                            .map(event ->
                                    event.json().path("weir").path("unscored").toString()))
                    .containsExactly("[\"audio\"]", "[\"logprobs\"]", "");

            UPSTREAM.next(call ->
                    call.json(200, completion("\"content\":\"Yes.\",\"audio\":{\"data\":\"UklGRg==\"}", "stop")));
            JsonNode whole = json(client.chat(ask(false, ",\"modalities\":[\"text\",\"audio\"]"))
                    .body());
            UPSTREAM.call();
            assertThat(whole.path("choices")
                            .path(0)
                            .path("message")
                            .path("audio")
                            .has("data"))
                    .isTrue();
            assertThat(whole.path("weir").path("unscored").toString()).isEqualTo("[\"audio\"]");
        });
    }

    @Test
    void whatCannotBeReadIsLeftOutWhereItIsToBeDropped() throws Exception {
        with("unreadable = drop", client -> {
            UPSTREAM.next(RelayOptionsTest::sayWithSoundAndLogprobs);
            HttpResponse<String> answer = client.chat(WITH_PICTURE);
            assertThat(UPSTREAM.call().body()).isEqualTo(WITH_PICTURE.replace("," + PICTURE, ""));
            assertThat(answer.headers().firstValue("x-weir-unscored")).isEmpty();
            assertThat(content(events(answer.body()))).isEqualTo("Listen: done.");
            assertThat(answer.body()).doesNotContain("UklGRg==", "\"token\":\"d\"");

            UPSTREAM.next(call ->
                    call.json(200, completion("\"content\":\"Yes.\",\"audio\":{\"data\":\"UklGRg==\"}", "stop")));
            String whole = client.chat(
                            "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"a\"}}]}")
                    .body();
            assertThat(UPSTREAM.call().body())
                    .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":null}]}");
            assertThat(whole).contains("Yes.").doesNotContain("UklGRg==");
        });
    }

    @Test
    void aStopEndsTheWholeReplyWhereItIsTo() throws Exception {
        with("stop-ends = reply", client -> {
            CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
            UPSTREAM.next(call -> {
                call.begin().content("All is well.");
                hungUp.complete(call.isHungUpOnDuring(Chunks.words(INSULTS).stream()
                        .map(word -> Chunks.content(1, word))
                        .toList()));
            });
            List<Event> events = client.stream(",\"n\":2");
            UPSTREAM.call();
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(events.stream()
                            .filter(event -> finish(event).equals("content_filter"))
                            .map(event -> event.choice().path("index").asInt()))
                    .containsExactlyInAnyOrder(0, 1);
            assertThat(events.getLast().data()).isEqualTo("[DONE]");

            String two = completion("\"content\":\"All is well.\"", "stop")
                    .replace(
                            "],\"usage\"",
                            ",{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":\"" + INSULTS
                                    + "\"},\"finish_reason\":\"stop\"}],\"usage\"");
            UPSTREAM.next(call -> call.json(200, two));
            JsonNode choices = json(client.chat(ask(false, ",\"n\":2")).body()).path("choices");
            UPSTREAM.call();
            assertThat(List.of(
                            choices.path(0).path("finish_reason").asText(),
                            choices.path(1).path("finish_reason").asText()))
                    .containsExactly("content_filter", "content_filter");
        });
    }

    @Test
    void aStoppedPromptIsAnsweredWithAnEmptyReplyWhereItIsTo() throws Exception {
        with("stopped-prompt = answer", client -> {
            HttpResponse<String> whole = client.chat(WITH_INSULTS.formatted(false, ""));
            assertThat(whole.statusCode()).isEqualTo(200);
            JsonNode reply = json(whole.body());
            assertThat(reply.path("object").asText()).isEqualTo("chat.completion");
            JsonNode choice = reply.path("choices").path(0);
            assertThat(choice.path("finish_reason").asText()).isEqualTo("content_filter");
            assertThat(choice.path("message").path("content").asText("none")).isEmpty();
            assertThat(choice.path("weir").path("receipt").asText()).hasSize(26);
            assertThat(reply.path("usage").path("total_tokens").asInt(-1)).isZero();

            List<Event> events =
                    events(client.chat(WITH_INSULTS.formatted(true, ",\"stream_options\":{\"include_usage\":true}"))
                            .body());
            assertThat(events).hasSize(3);
            assertThat(finish(events.getFirst())).isEqualTo("content_filter");
            assertThat(events.getFirst().json().path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(events.get(1).json().path("usage").isObject()).isTrue();
            assertThat(events.getLast().data()).isEqualTo("[DONE]");

            JsonNode completed = json(client.post("/v1/completions", "{\"model\":\"m\",\"prompt\":\"" + INSULTS + "\"}")
                    .body());
            assertThat(completed.path("object").asText()).isEqualTo("text_completion");
            assertThat(completed.path("choices").path(0).path("text").asText("none"))
                    .isEmpty();
        });
        assertThat(UPSTREAM.wasAsked()).isFalse();
    }

    @Test
    void theClientsOwnCredentialGoesUpstreamInPlaceOfTheServersWhereItIsTo() throws Exception {
        String wrong =
                "{\"error\":{\"message\":\"Incorrect API key\",\"type\":\"invalid_request_error\",\"param\":null,"
                        + "\"code\":\"invalid_api_key\"}}";
        with("forward-authorization = true, key = server-key", client -> {
            UPSTREAM.next(call -> call.json(401, wrong));
            HttpRequest request = client.request("/v1/chat/completions")
                    .header("OpenAI-Organization", "org-1")
                    .POST(HttpRequest.BodyPublishers.ofString(ask(true, "")))
                    .build();
            HttpResponse<String> refused = client.send(request);
            assertThat(UPSTREAM.call().headers())
                    .containsEntry("authorization", "Bearer the-clients-own")
                    .containsEntry("openai-organization", "org-1");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).isEqualTo(wrong);
        });
    }

    @Test
    void theServersKeyGoesInTheHeaderThatItIsToAndTheClientsStaysHere() throws Exception {
        with("key = server-key, key-header = Api-Key", client -> {
            UPSTREAM.next(call -> say(call, "Yes."));
            client.send(client.request("/v1/chat/completions")
                    .header("OpenAI-Organization", "org-1")
                    .POST(HttpRequest.BodyPublishers.ofString(ask(true, "")))
                    .build());
            assertThat(UPSTREAM.call().headers())
                    .containsEntry("api-key", "server-key")
                    .doesNotContainKeys("authorization", "openai-organization");
        });
    }

    @Test
    void moreRequestsThanMayWaitForAConnectionAreToldToComeBack() throws Exception {
        with(
                "max-connections = 1, max-waiting = 1, connect-timeout = 1 m }\nweir.gateway { event-loop-threads = 1",
                client -> {
                    CompletableFuture<Void> goOn = new CompletableFuture<>();
                    UPSTREAM.next(call -> {
                        call.begin().event(Chunks.role(0));
                        goOn.join();
                        call.content("One.").event(Chunks.finish(0, "stop")).done();
                    });
                    CompletableFuture<HttpResponse<String>> running = client.chatLater(ask(true, ""));
                    UPSTREAM.call();
                    CompletableFuture<HttpResponse<String>> second = client.chatLater(ask(true, ""));
                    CompletableFuture<HttpResponse<String>> third = client.chatLater(ask(true, ""));
                    CompletableFuture<?> either = CompletableFuture.anyOf(second, third);
                    either.get(30, TimeUnit.SECONDS);
                    HttpResponse<String> full = second.isDone() ? second.join() : third.join();
                    assertThat(full.statusCode()).isEqualTo(503);
                    assertThat(error(full).path("code").asText()).isEqualTo("overloaded");
                    assertThat(full.headers().firstValue("retry-after")).hasValue("1");
                    UPSTREAM.next(call -> say(call, "Two."));
                    goOn.complete(null);
                    assertThat(content(events(running.get(30, TimeUnit.SECONDS).body())))
                            .isEqualTo("One.");
                    HttpResponse<String> waited =
                            (full == second.getNow(null) ? third : second).get(30, TimeUnit.SECONDS);
                    assertThat(content(events(waited.body()))).isEqualTo("Two.");
                    UPSTREAM.call();
                });
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void anUpstreamThatDoesNotBeginInTimeIsAGatewayTimeOut(boolean stream) throws Exception {
        with("first-byte-timeout = 200 ms", client -> {
            CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
            UPSTREAM.next(call -> hungUp.complete(call.isHungUpOn()));
            HttpResponse<String> late = client.chat(ask(stream, ""));
            UPSTREAM.call();
            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(error(late).path("code").asText()).isEqualTo("upstream_timeout");
            assertThat(error(late).path("type").asText()).isEqualTo("server_error");
            assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
        });
    }

    @Test
    void moreThanIsToBeTakenIsRefused() throws Exception {
        with("max-reply-bytes = 2 KiB, max-choices = 2, max-prompt = 100", client -> {
            UPSTREAM.next(call -> call.json(200, completion("\"content\":\"" + "Yes. ".repeat(1_000) + "\"", "stop")));
            HttpResponse<String> tooLong = client.chat(ask(false, ""));
            UPSTREAM.call();
            assertThat(tooLong.statusCode()).isEqualTo(502);
            assertThat(error(tooLong).path("message").asText()).contains("max-reply-bytes, 2048");

            HttpResponse<String> many = client.chat(ask(false, ",\"n\":3"));
            assertThat(many.statusCode()).isEqualTo(400);
            assertThat(error(many).path("param").asText()).isEqualTo("n");
            UPSTREAM.next(call -> call.begin()
                    .event(Chunks.content(2, "I was not asked for."))
                    .done());
            assertThat(client.stream("")
                            .getLast()
                            .json()
                            .path("error")
                            .path("message")
                            .asText())
                    .contains("max-choices");
            UPSTREAM.call();

            HttpResponse<String> prompt = client.chat(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "a ".repeat(60) + "\"}]}");
            assertThat(prompt.statusCode()).isEqualTo(400);
            assertThat(error(prompt).path("code").asText()).isEqualTo("context_length_exceeded");
        });
    }
}
