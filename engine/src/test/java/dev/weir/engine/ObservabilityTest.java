package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts ask for what a server that has seen some traffic really shows. */
class ObservabilityTest {

    private static final Path OPS = Path.of(System.getProperty("weir.repository"), "ops");
    private static final Path ALERTS = OPS.resolve("prometheus/alerts.yml");
    private static final Path DASHBOARD = OPS.resolve("grafana/weir.json");

    /** Put there by Prometheus, not by us. */
    private static final Set<String> SCRAPED_LABELS = Set.of("job", "instance");

    private static final Pattern SAMPLE = Pattern.compile("^([a-z_]+)(?:\\{(.*)})? ", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
    private static final Pattern METRIC = Pattern.compile("\\b((?:weir|jvm|process|system)_[a-z_]+)\\b(\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_]+)\\s*}}");

    @TempDir
    static Path folder;

    /** Labels by the name of each series shown. */
    private static final Map<String, Set<String>> SHOWN = new HashMap<>();

    private static String scraped = "";

    @BeforeAll
    static void seeSomeTraffic() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                Server server = Server.start(
                        Engines.config("""
                        weir.relay.upstream = "%s"
                        weir.ledger.url = "jdbc:sqlite:%s"
                        weir.policy-defaults.stop-thresholds {
                          by = false-stop-rate
                          calibration = "%s"
                          accept-other-experts = true
                        }
                        """.formatted(
                                        upstream.url(),
                                        folder.resolve("ledger.db"),
                                        OPS.resolveSibling("models/policies/default.json"))),
                        line -> {});
                HttpClient http = HttpClient.newHttpClient()) {
            URI port = URI.create("http://127.0.0.1:" + server.port());
            try (WeirClient client = within(WeirClient.connect(
                    URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), ClientSettings.defaults()))) {
                play(client, StreamOptions.defaults(), "The card is 4111 1111 1111 1111, as you asked.");
                play(
                        client,
                        StreamOptions.defaults()
                                .withMode(Mode.STREAM)
                                .withMessages(List.of(new PromptMessage("user", "Say something rude."))),
                        "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                                + "I will find you and I will kill you, you worthless piece of garbage.");
                play(client, StreamOptions.defaults().withPolicy("no such policy"), "Hello.");
            }
            http.send(
                    HttpRequest.newBuilder(port.resolve("/v1/feedback"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("""
                                    {"type":"feedback","id":"f-1","receipt":"unknown","verdict":"right_stop"}"""))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            try (RelayClient relay = new RelayClient(server)) {
                upstream.next(call -> {
                    call.begin();
                    for (String word : Chunks.words(RelayTest.INSULTS)) {
                        call.content(word);
                    }
                    call.isHungUpOn();
                });
                relay.chat(RelayClient.ask(true, ""));
                upstream.next(FakeUpstream.Call::hangUp);
                relay.chat(RelayClient.ask(true, ""));
                String failed = "{\"error\":{\"message\":\"Sorry\"}}";
                upstream.next(call -> call.json(503, failed)).next(call -> call.json(400, failed));
                relay.chat(RelayClient.ask(true, ""));
                relay.chat(RelayClient.ask(true, ""));
            }
            server.drain(); // so that what ended is counted
            scraped = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
        Matcher samples = SAMPLE.matcher(scraped);
        while (samples.find()) {
            Set<String> labels = SHOWN.computeIfAbsent(samples.group(1), name -> new HashSet<>());
            labels.addAll(matches(LABEL, samples.group(2) == null ? "" : samples.group(2)));
        }
    }

    @AfterAll
    static void forget() {
        SHOWN.clear();
    }

    private static void play(WeirClient client, StreamOptions options, String text) {
        ModeratedStream stream = client.open(options);
        stream.send(text);
        CompletionStage<Outcome> over = stream.end();
        within(over);
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static Set<String> matches(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** What an expression, and the text shown with it, name that is not there. */
    private static List<String> missing(String expression, String legend) {
        List<String> missing = new ArrayList<>();
        Set<String> labels = new HashSet<>(SCRAPED_LABELS);
        Matcher metrics = METRIC.matcher(unquoted(expression));
        while (metrics.find()) {
            String name = metrics.group(1);
            Set<String> its = SHOWN.get(name);
            if (its == null) {
                missing.add(name);
                continue;
            }
            labels.addAll(its);
            matches(MATCHER, metrics.group(3) == null ? "" : metrics.group(3)).stream()
                    .filter(label -> !its.contains(label) && !SCRAPED_LABELS.contains(label))
                    .forEach(label -> missing.add(name + "{" + label + "}"));
        }
        Set<String> named = new TreeSet<>(matches(LEGEND, legend));
        matches(GROUPING, expression)
                .forEach(list -> named.addAll(List.of(list.strip().split("\\s*,\\s*"))));
        named.removeAll(labels);
        named.remove("");
        missing.addAll(named);
        return missing;
    }

    /** Braces and names inside a label's value are none of ours. */
    private static String unquoted(String expression) {
        return QUOTED.matcher(expression).replaceAll("\"\"");
    }

    private record Panel(String title, String expression, String legend) {}

    private static List<Panel> panels() throws IOException {
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : new JsonMapper().readTree(DASHBOARD.toFile()).path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                panels.add(new Panel(
                        panel.path("title").asText(),
                        target.path("expr").asText(),
                        target.path("legendFormat").asText()));
            }
        }
        return panels;
    }

    /** The rules in the order of the file; each has its expression on its own lines. */
    private record Alert(String name, String expression, String summary, String runbook) {}

    private static List<Alert> alerts() throws IOException {
        Pattern rule = Pattern.compile(
                "- alert: (\\w+)\\s+expr: (?:>-\\s+)?(.*?)\\s+(?:for:|labels:).*?summary: \"(.*?)\"\\s+runbook: (\\S+)",
                Pattern.DOTALL);
        List<Alert> alerts = new ArrayList<>();
        Matcher matcher = rule.matcher(Files.readString(ALERTS));
        while (matcher.find()) {
            alerts.add(new Alert(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)));
        }
        return alerts;
    }

    @Test
    void everyPanelAsksForMetricsAndLabelsThatAServerShows() throws IOException {
        assertThat(panels()).hasSizeGreaterThan(40);
        assertThat(panels().stream()
                        .flatMap(panel -> missing(panel.expression(), panel.legend()).stream()
                                .map(name -> panel.title() + ": " + name)))
                .isEmpty();
    }

    @Test
    void everyAlertAsksForMetricsAndLabelsThatAServerShows() throws IOException {
        assertThat(alerts()).hasSize((int) Files.readString(ALERTS)
                .lines()
                .filter(line -> line.contains("- alert:"))
                .count());
        assertThat(alerts().stream()
                        .flatMap(alert -> missing(alert.expression(), alert.summary()).stream()
                                .map(name -> alert.name() + ": " + name)))
                .isEmpty();
    }

    @Test
    void everyAlertSaysWhatToDo() throws IOException {
        String runbook = Files.readString(OPS.resolve("observability.md"));
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(alert.runbook()).startsWith("ops/observability.md#");
            String anchor = alert.runbook().substring(alert.runbook().indexOf('#') + 1);
            assertThat(runbook.lines()
                            .filter(line -> line.startsWith("### "))
                            .map(line -> line.substring(4).toLowerCase(java.util.Locale.ROOT)))
                    .contains(anchor);
        });
    }

    @Test
    void whatIsNotShownIsMissed() {
        assertThat(missing(
                        "sum by (expert) (rate(weir_batch_rows_count{speed=\"1\"}[5m])) + weir_nothing", "{{colour}}"))
                .containsExactly("weir_batch_rows_count{speed}", "weir_nothing", "colour");
        assertThat(missing("sum by (planet) (weir_streams_open)", "")).containsExactly("planet");
    }

    @Test
    void streamsAreCountedByHowTheyEndedAndHowFastTheyWereDecided() {
        assertThat(scraped)
                .containsPattern("weir_streams_ended_total\\{category=\"[a-z_]+\",mode=\"stream\",outcome=\"stopped\","
                        + "policy=\"default\"} 1\\.0")
                .contains("category=\"none\",mode=\"gate\",outcome=\"flagged\",policy=\"default\"} 1.0")
                .contains("weir_streams_refused_total{reason=\"unknown_policy\"} 1.0")
                .contains("weir_errors_total{code=\"unknown_policy\"} 1.0")
                .containsPattern("weir_decision_latency_seconds_count\\{mode=\"gate\"} [1-9]")
                .contains("weir_stop_latency_seconds_count{mode=\"stream\"} 1", "weir_prompt_latency_seconds_count 5")
                .contains("weir_stop_exposure_codepoints_count{mode=\"stream\"} 1")
                .contains("weir_connections_opened_total{subprotocol=\"weir.v1+json\"} 1.0")
                .contains("weir_connections_closed_total{reason=\"client\"} 1.0")
                .contains("weir_http_answers_total{status=\"101\"} 1.0", "weir_http_answers_total{status=\"404\"} 1.0")
                .contains("weir_reviews_total{outcome=\"unknown_receipt\"} 1.0")
                .containsPattern("weir_received_bytes_total [1-9]")
                .containsPattern("weir_sent_bytes_total [1-9]")
                .containsPattern("weir_ledger_written_total [1-9]")
                .contains("weir_ledger_dropped_total 0.0", "weir_learning_alarm 0.0")
                .doesNotContain("worthless", "4111", "no such policy");
    }

    @Test
    void relayedRequestsAreCountedByTheirOutcomeAndTheUpstreamsFaultsApartFromTheClients() {
        assertThat(scraped)
                .contains("weir_relay_requests_total{outcome=\"relayed\"} 1.0")
                .contains("weir_relay_requests_total{outcome=\"upstream_failed\"} 2.0")
                .contains("weir_relay_requests_total{outcome=\"upstream_error\"} 1.0")
                .contains("weir_relay_upstream_seconds_count 3", "weir_relay_cancel_seconds_count 1");
    }

    @Test
    void prometheusUnderstandsTheAlerts() throws Exception {
        Path promtool = Path.of("/usr/bin/promtool");
        assumeTrue(
                Files.isExecutable(promtool),
                "promtool is not installed (Debian: prometheus): the rules are unchecked");
        Process check = new ProcessBuilder(promtool.toString(), "check", "rules", ALERTS.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
    }
}
