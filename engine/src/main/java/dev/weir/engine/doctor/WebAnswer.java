package dev.weir.engine.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.http.Door;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a server said to one POST. */
record WebAnswer(int status, String body) {

    static final ObjectMapper JSON = new ObjectMapper();

    /** @param canary marks the request, and says which canary the reply is to be */
    static WebAnswer post(HttpClient http, Target target, String path, String canary, JsonNode body, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.http(path))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header(Door.CANARY, canary)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (target.key() != null) {
            request.header("Authorization", "Bearer " + target.key());
        }
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new WebAnswer(response.statusCode(), response.body());
    }

    boolean isOk() {
        return status == 200;
    }

    JsonNode json() throws IOException {
        return JSON.readTree(body);
    }

    /** In place of a text. */
    Passage refusal() {
        String code = errorCode();
        return status == 404 || code.equals("relay_not_configured")
                ? Passage.off(status == 404 ? "no such route" : "no upstream is configured")
                : Passage.failed("HTTP " + status + (code.isEmpty() ? "" : " " + code));
    }

    String errorCode() {
        try {
            return json().path("error").path("code").asText("");
        } catch (IOException e) {
            return "";
        }
    }
}
