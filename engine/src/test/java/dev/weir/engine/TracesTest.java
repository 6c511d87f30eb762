package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector of OpenTelemetry is told, over a real socket, by a server that moderates. */
class TracesTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String INSULTS =
            "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                    + "Everyone laughs at you behind your back, you disgusting moron. "
                    + "I will find you and I will kill you, you worthless piece of garbage.";

    private final List<ExportTraceServiceRequest> received = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private int status = 200;
    private HttpServer collector;

    @BeforeEach
    void collect() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", this::onRequest);
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private void onRequest(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            received.add(ExportTraceServiceRequest.parseFrom(body));
            authorizations.add(exchange.getRequestHeaders().getFirst("authorization"));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private Server start(String overrides) throws StartException {
        return Server.start(Engines.config("""
                weir.models.experts = [lexicon, ngram, causal]
                weir.telemetry.traces {
                  endpoint = "http://127.0.0.1:%d/v1/traces"
                  headers { authorization = "Bearer t" }
                  resource { deployment.environment.name = test }
                  interval = 1 h
                }
                %s""".formatted(collector.getAddress().getPort(), overrides)), line -> {});
    }

    private static URI socket(Server server) {
        return URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream");
    }

    private static Outcome play(Server server, StreamOptions options, String... deltas) {
        try (WeirClient client = within(WeirClient.connect(socket(server), ClientSettings.defaults()))) {
            ModeratedStream stream = client.open(options);
            for (String delta : deltas) {
                stream.send(delta);
            }
            return within(stream.end());
        }
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Of all requests; the server is closed, so nothing more comes. */
    private List<Span> spans() {
        return received.stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    private static Map<String, Object> attributes(List<KeyValue> pairs) {
        Map<String, Object> attributes = new TreeMap<>();
        pairs.forEach(pair -> attributes.put(pair.getKey(), value(pair.getValue())));
        return attributes;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(TracesTest::value)
                        .toList();
            default -> throw new AssertionError(value);
        };
    }

    private static String hex(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void aStreamIsASpanUnderThatOfItsClientAndHoldsNothingOfTheText() throws Exception {
        try (Server server = start("")) {
            Outcome outcome = play(
                    server,
                    StreamOptions.defaults()
                            .withMode(Mode.GATE)
                            .withConversation("chat of Ms Quince")
                            .withMessages(List.of(new PromptMessage("user", "Which zucchini card is mine?")))
                            .withMeta(Map.of("model", "llama-4", "traceparent", TRACEPARENT)),
                    "Sure, zucchini. The card is 4111 1111 ",
                    "1111 1111, as you asked.");
            assertThat(outcome).isInstanceOf(Outcome.Ended.class);
        }
        Span span = spans().getFirst();
        assertThat(spans()).hasSize(1);
        assertThat(span.getName()).isEqualTo("moderate llama-4");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
        assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
        assertThat(attributes(span.getAttributesList()))
                .containsEntry("gen_ai.operation.name", "moderate")
                .containsEntry("gen_ai.request.model", "llama-4")
                .containsEntry("weir.policy", "default@1")
                .containsEntry("weir.mode", "gate")
                .containsEntry("weir.channel", "content")
                .containsEntry("weir.verdict", "flagged")
                .containsEntry("weir.prompt.action", "pass")
                .containsEntry("weir.unscored", false)
                .containsKeys("weir.risk", "weir.receipt", "weir.tokens", "weir.stream.uid")
                .hasEntrySatisfying(
                        "gen_ai.conversation.id",
                        hash -> assertThat((String) hash).matches("[0-9a-f]{32}"));
        assertThat(span.getEventsList().stream().map(Span.Event::getName))
                .contains("weir.released", "weir.redacted")
                .containsOnlyOnce("weir.released");
        Resource resource =
                received.getFirst().getResourceSpansList().getFirst().getResource();
        assertThat(attributes(resource.getAttributesList()))
                .containsEntry("service.name", "weir")
                .containsEntry("service.version", Build.VERSION)
                .containsEntry("deployment.environment.name", "test");
        assertThat(authorizations).containsOnly("Bearer t");
        assertThat(received.toString()).doesNotContain("zucchini", "4111", "Quince");
    }

    @Test
    void aStopIsToldWithWhatTheReaderHadSeenAndWhereItsReceiptIs() throws Exception {
        Outcome.Stopped stopped;
        try (Server server = start("")) {
            stopped = (Outcome.Stopped)
                    play(server, StreamOptions.defaults().withMode(Mode.STREAM), INSULTS.split("(?<= )"));
        }
        Span span = spans().getFirst();
        assertThat(span.getName()).isEqualTo("moderate");
        assertThat(attributes(span.getAttributesList()))
                .containsEntry("weir.verdict", "stopped")
                .containsEntry("weir.category", stopped.message().category())
                .containsEntry("weir.receipt", stopped.message().receipt())
                .containsEntry("weir.severity", stopped.message().severity().wireName())
                .containsEntry("gen_ai.response.finish_reasons", List.of("content_filter"))
                .containsKey("weir.exposure");
        assertThat(span.getEventsList().getLast().getName()).isEqualTo("weir.stopped");
        assertThat(received.toString()).doesNotContain("worthless", "garbage");
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void ask(Server server, String path, String body) throws Exception {
        try (RelayClient client = new RelayClient(server)) {
            client.send(client.request(path)
                    .header("traceparent", TRACEPARENT)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build());
        }
    }

    @Test
    void aRelayedRequestIsASpanAboveThoseOfItsStreamsAndBelowThatOfItsClient() throws Exception {
        String upstreamParent;
        try (FakeUpstream upstream = new FakeUpstream();
                Server server = start("weir.relay.upstream = \"" + upstream.url() + "\"")) {
            upstream.next(call -> call.begin()
                    .event(Chunks.delta(0, "\"reasoning\":\"Zucchini, then.\""))
                    .content("The zucchini is green.")
                    .event(Chunks.finish(0, "stop"))
                    .event(Chunks.usage(5, 9))
                    .done());
            ask(server, "/v1/chat/completions", RelayClient.ask(true, ",\"n\":1"));
            upstreamParent = upstream.call().headers().get("traceparent");
        }
        Span request = named(spans(), "chat fake-1");
        assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(hex(request.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(request.getParentSpanId())).isEqualTo(PARENT);
        assertThat(upstreamParent).isEqualTo("00-" + TRACE + "-" + hex(request.getSpanId()) + "-01");
        assertThat(attributes(request.getAttributesList()))
                .containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.provider.name", "openai")
                .containsEntry("gen_ai.request.model", "fake-1")
                .containsEntry("gen_ai.response.model", "fake-1")
                .containsEntry("gen_ai.response.id", "chatcmpl-1")
                .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                .containsEntry("gen_ai.usage.input_tokens", 5L)
                .containsEntry("gen_ai.usage.output_tokens", 9L)
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("weir.outcome", "relayed")
                .containsKeys("weir.reply", "server.port")
                .doesNotContainKeys("error.type", "gen_ai.request.choice.count");
        assertThat(spans().stream().filter(span -> span.getName().equals("moderate")))
                .hasSize(2)
                .allSatisfy(span -> {
                    assertThat(span.getParentSpanId()).isEqualTo(request.getSpanId());
                    assertThat(span.getTraceId()).isEqualTo(request.getTraceId());
                });
        assertThat(received.toString()).doesNotContainIgnoringCase("zucchini");
    }

    @Test
    void theSpanOfARelayedRequestSaysThatItWasStoppedOrFailed() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                Server server = start("weir.relay.upstream = \"" + upstream.url() + "\"")) {
            upstream.next(call -> RelayClient.say(call, INSULTS));
            ask(server, "/v1/chat/completions", RelayClient.ask(true, ""));
            upstream.next(FakeUpstream.Call::hangUp);
            ask(server, "/v1/completions", "{\"prompt\":[\"zucchini\",\"pears\"],\"model\":\"not a name\"}");
        }
        assertThat(attributes(named(spans(), "chat fake-1").getAttributesList()))
                .containsEntry("gen_ai.response.finish_reasons", List.of("content_filter"))
                .containsEntry("weir.outcome", "relayed");
        Span failed = named(spans(), "text_completion");
        assertThat(attributes(failed.getAttributesList()))
                .containsEntry("gen_ai.request.choice.count", 2L)
                .containsEntry("error.type", "upstream_failed")
                .containsEntry("weir.outcome", "upstream_failed");
        assertThat(failed.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(received.toString()).doesNotContain("worthless", "zucchini", "not a name");
    }

    @Test
    void streamsBelongUnderTheSpanThatTheirConnectionWasOpenedIn() throws Exception {
        try (Server server = start("");
                HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<String> failed = new CompletableFuture<>();
            CompletableFuture<String> opened = new CompletableFuture<>();
            StringBuilder said = new StringBuilder();
            WebSocket socket = client.newWebSocketBuilder()
                    .header("traceparent", TRACEPARENT)
                    .header("tracestate", "vendor=1")
                    .buildAsync(socket(server), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            said.append(text);
                            if (last && said.indexOf("\"final\":true") >= 0) {
                                failed.complete(said.toString());
                            }
                            if (last && said.indexOf("\"stream\":\"b\"") >= 0) {
                                opened.complete(said.toString());
                            }
                            return WebSocket.Listener.super.onText(from, text, last);
                        }
                    })
                    .join();
            socket.sendText("{\"type\":\"open\",\"stream\":\"a\",\"meta\":{\"traceparent\":\"nonsense\"}}", true)
                    .join();
            socket.sendText("{\"type\":\"delta\",\"stream\":\"a\",\"text\":\"x\",\"at\":7}", true)
                    .join();
            within(failed);
            socket.sendText("{\"type\":\"open\",\"stream\":\"b\"}", true).join();
            within(opened);
            socket.abort();
            server.drain();
        }
        assertThat(spans()).hasSize(2);
        Span gap = spans().stream()
                .filter(span ->
                        "gap".equals(attributes(span.getAttributesList()).get("error.type")))
                .findFirst()
                .orElseThrow();
        assertThat(gap.getParentSpanId().isEmpty())
                .as("what the open says comes first, and it is no span")
                .isTrue();
        Span abandoned = spans().stream()
                .filter(span ->
                        "abandoned".equals(attributes(span.getAttributesList()).get("weir.verdict")))
                .findFirst()
                .orElseThrow();
        assertThat(hex(abandoned.getParentSpanId())).isEqualTo(PARENT);
        assertThat(abandoned.getTraceState()).isEqualTo("vendor=1");
    }

    @Test
    void aStreamUnderASpanThatWasNotSampledIsNotEither() throws Exception {
        try (Server server = start("weir.telemetry.traces.sample-ratio = 0")) {
            play(server, StreamOptions.defaults(), "Hello.");
            play(
                    server,
                    StreamOptions.defaults().withMeta(Map.of("traceparent", TRACEPARENT.replaceAll("01$", "00"))),
                    "Hello.");
            play(server, StreamOptions.defaults().withMeta(Map.of("traceparent", TRACEPARENT)), "Hello.");
        }
        assertThat(spans()).hasSize(1);
        assertThat(hex(spans().getFirst().getTraceId())).isEqualTo(TRACE);
    }

    @Test
    void aCollectorThatRefusesIsNoConcernOfTheStreams() throws Exception {
        status = 400;
        PrometheusMeterRegistry metrics;
        try (Server server = start("weir.telemetry.traces { interval = 10 ms, max-queue = 2, max-batch = 2 }")) {
            metrics = server.engine().registry();
            for (int i = 0; i < 20; i++) {
                assertThat(play(server, StreamOptions.defaults(), "Hello there."))
                        .isInstanceOf(Outcome.Ended.class);
            }
        }
        assertThat(metrics.scrape())
                .contains("weir_spans_ended_total 20.0", "weir_spans_exported_total 0.0")
                .containsPattern("weir_spans_failed_total [1-9]");
    }
}
