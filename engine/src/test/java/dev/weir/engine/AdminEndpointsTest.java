package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboard asks for and sends, over real sockets and without a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminEndpointsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INSULTS =
            "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash.";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Path folder;
    private Server server;
    private ServerMessage.Stopped stopped;

    private Config config(String more) {
        return Engines.config("""
                        weir.ledger.url = "jdbc:sqlite:%s"
                        weir.models.experts = [lexicon, ngram, causal]
                        weir.admin.max-replayed-streams = 500
                        """.formatted(folder.resolve("ledger.db")) + more);
    }

    private record Answered(int status, String type, JsonNode body) {}

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        server = Server.start(config(""), line -> {});
        for (int i = 0; i < 3; i++) {
            StreamRun.of(
                            server.engine(),
                            StreamRun.open(Mode.GATE, Units.CODEPOINT),
                            List.of("A calm text, number " + i))
                    .terminal();
        }
        stopped = (ServerMessage.Stopped)
                StreamRun.of(server.engine(), StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(INSULTS))
                        .terminal();
        Ledgers.settle(server.engine().ledger()).close();
        while (get("/admin/receipt?id=" + stopped.receipt())
                .body()
                .path("stream")
                .isMissingNode()) {
            Thread.onSpinWait(); // the record of a stream is written when its actor ends, behind its last message
        }
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path));
    }

    private Answered send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answered(
                answer.statusCode(),
                answer.headers().firstValue("content-type").orElse(""),
                JSON.readTree(answer.body()));
    }

    private Answered get(String path) throws Exception {
        return send(to(path));
    }

    private Answered post(String path, String json) throws Exception {
        return send(
                to(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static String review(String id, String receipt, String verdict) {
        return "{\"id\":\"%s\",\"receipt\":\"%s\",\"verdict\":\"%s\"}".formatted(id, receipt, verdict);
    }

    @Test
    void aReceiptComesWithItsRiskAlongTheTextAndWithoutTheText() throws Exception {
        JsonNode file = get("/admin/receipt?id=" + stopped.receipt()).body();
        assertThat(file.at("/receipt/kind").asText()).isEqualTo("stop");
        assertThat(file.at("/stream/outcome").asText()).isEqualTo("stopped");
        assertThat(file.path("textKept").asBoolean()).isFalse();
        assertThat(file.toString()).doesNotContain("worthless", "pathetic");
        List<JsonNode> last = new ArrayList<>();
        file.path("curves")
                .forEach(curve ->
                        last.add(curve.path("points").get(curve.path("points").size() - 1)));
        assertThat(last)
                .as("of the receipt's category, and of harm of any kind")
                .hasSize(2)
                .allSatisfy(point -> assertThat(point.path("at").asInt())
                        .isEqualTo(file.at("/receipt/at").asInt()))
                .anySatisfy(point -> assertThat(point.path("risk").asDouble())
                        .isEqualTo(file.at("/receipt/risk").asDouble())
                        .isGreaterThanOrEqualTo(point.path("threshold").asDouble()));
    }

    @Test
    void whatIsReviewedLeavesTheQueue() throws Exception {
        ServerMessage.Stopped another = (ServerMessage.Stopped)
                StreamRun.of(server.engine(), StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of(INSULTS))
                        .terminal();
        Ledgers.settle(server.engine().ledger()).close();
        assertThat(get("/admin/reviews").body().path("decided").findValuesAsText("id"))
                .contains(another.receipt());
        assertThat(post("/admin/reviews", review("f-1", another.receipt(), "right_stop"))
                        .status())
                .isEqualTo(200);
        assertThat(get("/admin/reviews").body().path("decided").findValuesAsText("id"))
                .doesNotContain(another.receipt());
        assertThat(get("/admin/receipt?id=" + another.receipt())
                        .body()
                        .at("/reviews/0/reviewer")
                        .asText())
                .as("whoever the credential says it is")
                .isEqualTo("anonymous");
    }

    @Test
    void saysWhatWasWrongAsAProblem() throws Exception {
        Answered unknown = post("/admin/reviews", review("f-2", "nobody's", "right_stop"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.type()).isEqualTo("application/problem+json");
        assertThat(unknown.body().path("detail").asText()).contains("names a receipt that is not known here");
        assertThat(post("/admin/reviews", review("f-3", stopped.receipt(), "splendid"))
                        .body()
                        .path("detail")
                        .asText())
                .startsWith("verdict: another string (expected: right_stop,");
        assertThat(post("/admin/reviews", review("", stopped.receipt(), "missed"))
                        .status())
                .isEqualTo(400);
        assertThat(get("/admin/receipt?id=none").status()).isEqualTo(404);
        assertThat(get("/admin/reviews?before=x").status()).isEqualTo(400);
        assertThat(send(to("/admin/reviews").POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void aReplayIsBoundedAndSaysHowFarItIs() throws Exception {
        assertThat(get("/admin/replay").status()).isEqualTo(200);
        String order = "{\"of\":\"default\",\"policy\":\"%s\",\"under\":\"%s\",\"streams\":%d}";
        assertThat(post("/admin/replay", order.formatted("default", "strict", 501))
                        .body()
                        .path("detail")
                        .asText())
                .isEqualTo("streams: 501 (expected: 1 to 500)");
        assertThat(post("/admin/replay", order.formatted("nobody's", "strict", 5))
                        .status())
                .isEqualTo(400);
        assertThat(post("/admin/replay", order.formatted("default", "harsh", 5))
                        .body()
                        .path("detail")
                        .asText())
                .isEqualTo("under: another string (expected: one of [strict, moderate, loose])");
        assertThat(post("/admin/replay", order.formatted("default", "loose", 500))
                        .status())
                .isEqualTo(202);
        JsonNode progress = get("/admin/replay").body();
        while (progress.path("state").asText().equals("RUNNING")) {
            progress = get("/admin/replay").body();
        }
        assertThat(progress.path("state").asText()).isEqualTo("DONE");
        assertThat(progress.at("/summary/streams").asInt()).isGreaterThanOrEqualTo(4);
        assertThat(progress.at("/summary/different").asInt()).isZero();
        assertThat(post("/admin/replay/cancel", "{}").status()).isEqualTo(200);
    }

    @Test
    void policiesAreShownWithWhatTheyDoAtWhichRisk() throws Exception {
        JsonNode policies = get("/admin/policies").body();
        assertThat(policies.path("defaultPolicy").asText()).isEqualTo("default");
        JsonNode first = policies.path("policies").get(0);
        assertThat(first.path("alternatives").toString()).isEqualTo("[\"strict\",\"moderate\",\"loose\"]");
        assertThat(first.path("categories").toString())
                .contains("{\"category\":\"privacy\",\"action\":\"redact\",\"thresholds\":[0.95]");
        assertThat(get("/admin/certificate").body().isArray()).isTrue();
    }

    @Test
    void whoChangedWhatIsAnEntryOfTheLedgerAndAReviewIsThatOfItself() throws Exception {
        assertThat(post("/v1/weights/freeze", "{\"frozen\":false}").status()).isEqualTo(200);
        assertThat(post("/v1/weights/rollback", "{\"version\":1000}").status()).isEqualTo(400);
        assertThat(post("/admin/reviews", review("f-9", stopped.receipt(), "right_stop"))
                        .status())
                .isEqualTo(200);
        server.reload(config("weir.access.origins = [\"https://chat.example.org\"]"));
        assertThat(actions())
                .contains(
                        "POST /v1/weights/freeze {\"outcome\":\"200\"} anonymous of default",
                        "POST /v1/weights/rollback {\"outcome\":\"400\"} anonymous of default",
                        "reload {\"outcome\":\"access\"} whoever may write the settings")
                .noneMatch(action -> action.contains("/admin/reviews"));
    }

    private List<String> actions() {
        try (LedgerReader ledger = Ledgers.settle(server.engine().ledger())) {
            return ledger.latest(100).stream()
                    .filter(entry -> entry.kind().equals("action"))
                    .map(entry -> entry.id() + " " + entry.body() + " " + entry.about())
                    .toList();
        }
    }
}
