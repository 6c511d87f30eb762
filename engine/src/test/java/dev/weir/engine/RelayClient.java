package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plain HTTP client of a relay, and what it makes of an answer. */
final class RelayClient implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final IntSupplier port;
    private final String key;

    RelayClient(Server server) {
        this(server::port);
    }

    /** @param port is asked for it with each request */
    RelayClient(IntSupplier port) {
        this(port, "the-clients-own");
    }

    RelayClient(Server server, String key) {
        this(server::port, key);
    }

    private RelayClient(IntSupplier port, String key) {
        this.port = port;
        this.key = key;
    }

    /** One event of an answer. */
    record Event(String data) {
        JsonNode json() {
            return RelayClient.json(data);
        }

        JsonNode choice() {
            return json().path("choices").path(0);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The error in an answer. */
    static JsonNode error(HttpResponse<String> answer) {
        return json(answer.body()).path("error");
    }

    /** @param more fields, each with a comma before it */
    static String ask(boolean stream, String more) {
        return "{\"model\":\"fake-1\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"What is a weir?\"}]" + more + "}";
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.getAsInt() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(60));
    }

    private HttpRequest request(String path, String body) {
        return request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path, body));
    }

    HttpResponse<String> chat(String body) throws IOException, InterruptedException {
        return post("/v1/chat/completions", body);
    }

    CompletableFuture<HttpResponse<String>> chatLater(String body) {
        return http.sendAsync(request("/v1/chat/completions", body), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<Stream<String>> chatByLine(String body) throws IOException, InterruptedException {
        return http.send(request("/v1/chat/completions", body), HttpResponse.BodyHandlers.ofLines());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    /** The events of a reply that is asked for piece by piece. */
    List<Event> stream(String more) throws IOException, InterruptedException {
        HttpResponse<String> answer = chat(ask(true, more));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return events(answer.body());
    }

    static List<Event> events(String body) {
        List<Event> events = new ArrayList<>();
        for (String block : body.split("\n\n")) {
            if (block.startsWith("data: ")) {
                events.add(new Event(block.substring(6)));
            }
        }
        return events;
    }

    static String content(List<Event> events, int choice, String field) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (!event.data().equals("[DONE]") && event.choice().path("index").asInt() == choice) {
                text.append(event.choice().path("delta").path(field).asText(""));
            }
        }
        return text.toString();
    }

    static String content(List<Event> events) {
        return content(events, 0, "content");
    }

    static List<String> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }

    static String asEvents(List<String> data) {
        return data.stream().map(each -> "data: " + each + "\n\n").collect(Collectors.joining());
    }

    /** Has the upstream say a whole reply of one choice. */
    static void say(FakeUpstream.Call call, String text) throws IOException {
        call.begin().event(Chunks.role(0));
        for (String word : Chunks.words(text)) {
            call.content(word);
        }
        call.event(Chunks.finish(0, "stop"));
        call.done();
    }

    /** @param message its fields beside the role */
    static String completion(String message, String finish) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"fake-1\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message
                + "},\"logprobs\":null,\"finish_reason\":\"" + finish
                + "\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12},\"x\":1.50}";
    }

    @Override
    public void close() {
        http.close();
    }
}
