package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedbackEndpointTest {

    private final Gateways gateway;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    FeedbackEndpointTest() throws IOException {
        gateway = new Gateways();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        gateway.close();
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request()
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.server.port() + "/v1/feedback"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String feedback(String id, String receipt) {
        return "{\"type\":\"feedback\",\"id\":\"" + id + "\",\"receipt\":\"" + receipt
                + "\",\"verdict\":\"wrong_stop\",\"categories\":[]}";
    }

    @Test
    void recordsFeedbackOnAReceiptThatIsKnown() throws Exception {
        HttpResponse<String> answer = post(feedback("f-1", "known"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"type\":\"feedback_recorded\",\"id\":\"f-1\",\"receipt\":\"known\"}\n");
    }

    @Test
    void saysWhyItDidNotRecordFeedback() throws Exception {
        assertThat(post(feedback("f-1", "unheard of")))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(404))
                .satisfies(answer -> assertThat(answer.body()).contains("\"code\":\"unknown_receipt\""));
        assertThat(post(feedback("f-1", "full")))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(503))
                .satisfies(answer -> assertThat(answer.body()).contains("\"retryAfterMs\":1000"));
        assertThat(post(feedback("f-1", "known otherwise")))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("recorded with another content"));
        assertThat(post(feedback("", "known")).body()).contains("\"field\":\"id\"");
        assertThat(post(feedback("f-1", "\\u0000")).statusCode()).isEqualTo(404);
    }

    @Test
    void takesNothingButFeedback() throws Exception {
        assertThat(post("{\"type\":\"cancel\",\"stream\":\"s\"}"))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("\"field\":\"type\""));
        assertThat(post("secret text").body()).contains("\"code\":\"bad_json\"").doesNotContain("secret");
        assertThat(send(request().GET()).statusCode()).isEqualTo(405);
        assertThat(post(feedback("f-1", "x".repeat(9_000))).statusCode()).isEqualTo(413);
    }

    /** A page in a browser may post plain text to any server, and only JSON makes the browser ask first. */
    @Test
    void takesNothingThatAWebPageCouldSendUnasked() throws Exception {
        HttpResponse<String> answer = send(request()
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(feedback("f-1", "known"))));
        assertThat(answer.statusCode()).isEqualTo(415);
    }
}
