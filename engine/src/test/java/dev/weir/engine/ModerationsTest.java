package dev.weir.engine;

import static dev.weir.engine.RelayClient.JSON;
import static dev.weir.engine.RelayClient.error;
import static dev.weir.engine.RelayClient.json;
import static dev.weir.engine.RelayTest.INSULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/moderations} of a whole server, which needs no upstream. */
class ModerationsTest {

    private static final String BENIGN = "Water boils at 100 °C at sea level.";

    private static Server server;
    private static RelayClient client;

    @BeforeAll
    static void start() throws StartException {
        server = server("");
        client = new RelayClient(server);
    }

    private static Server server(String settings) throws StartException {
        return Server.start(
                Engines.config("weir.models.experts = [lexicon, ngram, prompts, causal]\n" + settings), line -> {});
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static JsonNode moderate(RelayClient asking, Object input) throws Exception {
        HttpResponse<String> answer = asking.post(
                "/v1/moderations", JSON.writeValueAsString(Map.of("model", "omni-moderation-latest", "input", input)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private static JsonNode moderate(Object input) throws Exception {
        return moderate(client, input);
    }

    private static List<Boolean> flagged(JsonNode answer) {
        List<Boolean> flagged = new ArrayList<>();
        answer.path("results")
                .forEach(result -> flagged.add(result.path("flagged").asBoolean()));
        return flagged;
    }

    private static double counted(String metric) {
        return server.engine()
                .registry()
                .scrape()
                .lines()
                .filter(line -> line.startsWith(metric))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void aThousandInputsHaveAResultEachInTheirOrder() throws Exception {
        List<String> input = new ArrayList<>();
        List<Boolean> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            input.add(i % 250 == 7 ? INSULTS : "Item " + i + ": " + BENIGN);
            expected.add(i % 250 == 7);
        }
        double before = counted("weir_streams_ended_total");
        assertThat(flagged(moderate(input))).isEqualTo(expected);
        assertThat(counted("weir_streams_ended_total") - before).isEqualTo(1_000);
    }

    @Test
    void theyAreNotActedUpon() throws Exception {
        moderate(List.of(BENIGN, INSULTS));
        assertThat(server.engine()
                        .registry()
                        .scrape()
                        .lines()
                        .filter(line -> line.startsWith("weir_streams_ended_total")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("mode=\"monitor\""));
    }

    @Test
    void theTextsOfPartsAreOneInput() throws Exception {
        JsonNode one = moderate(
                List.of(Map.of("type", "text", "text", "Well then."), Map.of("type", "text", "text", INSULTS)));
        assertThat(flagged(one)).containsExactly(true);
        JsonNode split = moderate(List.of(
                Map.of("type", "text", "text", "Is your key AKIA"), Map.of("type", "text", "text", "Water boils.")));
        assertThat(flagged(split)).containsExactly(false);
    }

    @Test
    void aPictureIsRefusedWithItsPlace() throws Exception {
        HttpResponse<String> answer = client.post(
                "/v1/moderations",
                "{\"input\":[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\"}}]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("unreadable_content");
        assertThat(error(answer).path("param").asText()).isEqualTo("input[1]");
    }

    @Test
    void aPictureThatIsToBeMarkedIsNamedInTheResult() throws Exception {
        try (Server marking = server("weir.relay.unreadable = mark");
                RelayClient asking = new RelayClient(marking)) {
            JsonNode result = moderate(
                            asking,
                            List.of(
                                    Map.of("type", "image_url", "image_url", Map.of("url", "data:x")),
                                    Map.of("type", "text", "text", INSULTS)))
                    .path("results");
            assertThat(result.size()).isEqualTo(1);
            assertThat(result.path(0).path("flagged").asBoolean()).isTrue();
            assertThat(result.path(0).path("weir").path("unscored").asBoolean()).isTrue();
            assertThat(result.path(0).path("weir").path("unread").toString()).isEqualTo("[\"image_url\"]");
            assertThat(result.path(0)
                            .path("category_applied_input_types")
                            .path("hate")
                            .toString())
                    .isEqualTo("[\"text\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":[]}",
                "{\"input\":null}",
                "{\"input\":[\"a\",7]}",
                "{\"input\":[[1,2]]}",
                "{\"input\":[{\"type\":\"text\"}]}",
                "{\"input\":[\"a\"],\"input\":[\"b\"]}",
                "[\"a\"]"
            })
    void whatIsNoTextIsRefusedInTheShapeThatClientsKnow(String body) throws Exception {
        HttpResponse<String> answer = client.post("/v1/moderations", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error(answer).path("param").asText()).startsWith("input");
    }

    @Test
    void anEmptyTextIsHarmless() throws Exception {
        assertThat(flagged(moderate(""))).containsExactly(false);
        assertThat(flagged(moderate(List.of("", BENIGN)))).containsExactly(false, false);
    }

    @Test
    void aTenantOfFewStreamsMayAskForMoreInputsThanItHasStreams() throws Exception {
        try (Server small = server("weir.tenants.default.quotas.streams = 2");
                RelayClient asking = new RelayClient(small)) {
            List<String> input = new ArrayList<>(java.util.Collections.nCopies(40, BENIGN));
            input.set(31, INSULTS);
            assertThat(flagged(moderate(asking, input)).indexOf(true)).isEqualTo(31);
        }
    }
}
