package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.adaptation.WeightsReport;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewOutcome;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplayedStream;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage.Ended;
import dev.weir.protocol.ServerMessage.Stopped;
import dev.weir.protocol.Units;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a reviewer's word to the weights of the next stream, and back. */
class LearningTest {

    private static final String SAMPLE = "The baker told his late apprentice that he was a pathetic, worthless fool.";

    @TempDir
    Path folder;

    private int reviews;

    /** The configured weights trust an expert too much that the reviews will show to be the worse one. */
    private String settings() {
        return """
                weir.ledger.url = "jdbc:sqlite:%s"
                weir.models.experts = [lexicon, ngram, causal]
                weir.ensemble.weights { ngram = 2, causal = 2 }
                weir.policy-defaults {
                  requires = []
                  stop-thresholds {
                    by = false-stop-rate
                    calibration = "%s"
                    false-stop-rate = 0.05
                    accept-other-experts = true
                  }
                }
                weir.learning {
                  poll-interval = 1 h
                  every-labels = 60
                  labels-per-reviewer = 1000
                  labels-per-tenant = 1000
                  labels-to-trust = 20
                  threshold-shift = 9
                }
                """.formatted(
                        folder.resolve("ledger.db"),
                        Path.of(System.getProperty("weir.repository"), "models/policies/default.json"));
    }

    private static StreamRun run(Engine engine, String text) {
        return StreamRun.of(engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(text));
    }

    private static Ended ended(StreamRun run) {
        return (Ended) run.terminal();
    }

    private CompletableFuture<ReviewOutcome> review(Engine engine, String receipt, String verdict, String reviewer) {
        CompletableFuture<ReviewOutcome> done = new CompletableFuture<>();
        Review review = new Review(
                "f-" + ++reviews, Tenant.DEFAULT, receipt, verdict, List.of(), reviewer, System.currentTimeMillis());
        engine.ledger().review(review, done::complete);
        return done;
    }

    private static void await(List<CompletableFuture<ReviewOutcome>> told) {
        assertThat(told)
                .allSatisfy(done -> assertThat(done.get(20, TimeUnit.SECONDS)).isEqualTo(ReviewOutcome.RECORDED));
    }

    /** 150 harmless and 50 harmful streams, each reviewed. */
    private List<String> teach(Engine engine) {
        List<StreamRun> runs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            OpenStream open = new OpenStream( // the conversation says which streams judge and which set thresholds
                    "taught-" + i,
                    null,
                    Mode.MONITOR,
                    Units.CODEPOINT,
                    "chat-" + i,
                    "content",
                    List.of(),
                    Map.of(),
                    null);
            String text = i % 4 == 0
                    ? "Listen, number %d: you are a pathetic idiot and nobody would miss you.".formatted(i)
                    : "For loaf number %d, bake the dough for %d minutes and let it rest.".formatted(i, i + 20);
            runs.add(StreamRun.of(engine, open, List.of(text)));
        }
        List<String> receipts = new ArrayList<>();
        List<CompletableFuture<ReviewOutcome>> told = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            receipts.add(Objects.requireNonNull(ended(runs.get(i)).receipt()));
            told.add(review(engine, receipts.get(i), i % 4 == 0 ? "missed" : "right_pass", "ann"));
        }
        await(told);
        return receipts;
    }

    private static <T> T ask(Engine engine, Function<CompletableFuture<T>, WeightsLearner.Command> question)
            throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        engine.weights().tell(question.apply(answer));
        return answer.get(60, TimeUnit.SECONDS);
    }

    private static WeightsReport rollBack(Engine engine, long version) throws Exception {
        return ask(engine, (CompletableFuture<WeightsReport> answer) -> new WeightsLearner.RollBack(version, answer));
    }

    private static WeightsReport freeze(Engine engine, boolean frozen) throws Exception {
        return ask(engine, (CompletableFuture<WeightsReport> answer) -> new WeightsLearner.Freeze(frozen, answer));
    }

    private static WeightsReport learned(Engine engine) throws Exception {
        engine.weights().tell(new WeightsLearner.Poll());
        return ask(engine, WeightsLearner.Show::new);
    }

    @Test
    void publishesWhatReviewsTaughtForTheStreamsThatComeAfter() throws Exception {
        try (Engine engine = Engines.start(settings())) {
            StreamRun before = run(engine, SAMPLE);
            ended(before);
            StreamRun open = StreamRun.start(engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT));
            open.send(SAMPLE.substring(0, 40));
            teach(engine);
            WeightsReport report = learned(engine);
            assertThat(report.labels()).isEqualTo(200);
            assertThat(report.version()).as(report.lastProposal()).isGreaterThan(1);
            assertThat(report.learned()).isNotEmpty();
            StreamRun after = run(engine, SAMPLE);
            ended(after);
            assertThat(after.risks()).isNotEqualTo(before.risks());
            open.send(SAMPLE.substring(40));
            open.tell(new StreamSession.End(null));
            ended(open);
            assertThat(open.risks())
                    .as("a stream keeps the weights it began with")
                    .isEqualTo(before.risks());

            WeightsReport back = rollBack(engine, 1);
            assertThat(back.version()).isEqualTo(report.version() + 1);
            assertThat(back.restores()).isEqualTo(1);
            StreamRun again = run(engine, SAMPLE);
            ended(again);
            assertThat(again.risks()).isEqualTo(before.risks());
            assertThatThrownBy(() -> rollBack(engine, 99))
                    .hasMessageContaining("weights version 99 (expected: 1 to " + back.version() + ")");
            engine.drain(Duration.ofSeconds(20));
        }
        assertThat(replayed()).isNotEmpty().allSatisfy(stream -> {
            assertThat(stream.recorded()).isTrue();
            assertThat(stream.differences()).isEmpty();
        });
    }

    private List<ReplayedStream> replayed() throws Exception {
        List<ReplayedStream> replayed = new ArrayList<>();
        try (LedgerReader ledger = LedgerReader.open(
                LedgerSettings.from(Engines.config(settings()).getConfig("weir.ledger"), new ArrayList<>()))) {
            Replay replay = new Replay(ledger, null, null);
            ledger.streams(0, (sequence, stream) -> replayed.add(replay.of(sequence, stream)));
        }
        return replayed;
    }

    @Test
    void knowsAfterARestartWhatItKnewBefore() throws Exception {
        WeightsReport before;
        try (Engine engine = Engines.start(settings())) {
            teach(engine);
            learned(engine);
            before = freeze(engine, true);
        }
        try (Engine engine = Engines.start(settings())) {
            WeightsReport after = learned(engine);
            assertThat(after.frozen()).isTrue();
            assertThat(after.version()).isEqualTo(before.version());
            assertThat(after.learned()).isEqualTo(before.learned());
            assertThat(after.labels()).isEqualTo(before.labels());
            assertThat(after.labelsToGo()).isEqualTo(before.labelsToGo());
            assertThat(freeze(engine, false).frozen()).isFalse();
        }
        try (Engine engine = Engines.start(settings() + "weir.ensemble.weights.causal = 2.5")) {
            WeightsReport other = learned(engine);
            assertThat(other.frozen()).isFalse();
            assertThat(other.version())
                    .as("on top of other weights, learning begins anew")
                    .isEqualTo(before.version() + 1);
            assertThat(other.learned()).isEmpty();
        }
    }

    @Test
    void takesBackALabelThatAReviewerTakesBack() throws Exception {
        try (Engine engine = Engines.start(settings())) {
            List<String> receipts = teach(engine);
            assertThat(learned(engine).labels()).isEqualTo(200);
            await(List.of(review(engine, receipts.getFirst(), "right_pass", "bob")));
            WeightsReport disputed = learned(engine);
            assertThat(disputed.labels()).isEqualTo(199);
            assertThat(disputed.ignored()).isEqualTo(1);
        }
    }

    @Test
    void putsTheVersionBeforeBackWhenTooManyStopsWereWrong() throws Exception {
        try (Engine engine = Engines.start(settings() + "weir.learning.alarm-at = 100")) {
            teach(engine);
            WeightsReport taught = learned(engine);
            List<CompletableFuture<ReviewOutcome>> told = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                StreamRun run = StreamRun.of(
                        engine,
                        StreamRun.open(Mode.GATE, Units.CODEPOINT),
                        List.of("Listen: you are a pathetic idiot and nobody would miss you."));
                String receipt = ((Stopped) run.terminal()).receipt();
                told.add(review(engine, Objects.requireNonNull(receipt), "wrong_stop", "ann"));
            }
            await(told);
            WeightsReport alarmed = learned(engine);
            assertThat(engine.registry().scrape())
                    .containsPattern("weir_certificate_certified\\{policy=\"default\"} (NaN|0.0)")
                    .contains("weir_certificate_bound", "weir_certificate_reviews_needed", "weir_weights_version 5.0");
            assertThat(alarmed.frozen()).isTrue();
            assertThat(alarmed.version()).isEqualTo(taught.version() + 1);
            assertThat(alarmed.restores()).isEqualTo(taught.version() - 1);
            assertThat(alarmed.lastProposal())
                    .startsWith("policy default stopped too many wrongly under version " + taught.version());
        }
        try (Engine engine = Engines.start(settings() + "weir.learning.alarm-at = 100")) {
            assertThat(learned(engine).frozen()).as("also after a restart").isTrue();
            freeze(engine, false);
            assertThat(learned(engine).frozen())
                    .as("until an operator says otherwise")
                    .isFalse();
        }
    }

    @Test
    void hearsNobodyMoreThanIsAllowed() throws Exception {
        try (Engine engine = Engines.start(settings() + "weir.learning.labels-per-reviewer = 59")) {
            teach(engine);
            WeightsReport report = learned(engine);
            assertThat(report.labels()).isEqualTo(59);
            assertThat(report.ignored()).isEqualTo(141);
            assertThat(report.version()).isEqualTo(1);
            assertThat(report.lastProposal()).isNull();
        }
    }

    @Test
    void operatorsSeeAndChangeTheWeightsOfARunningServer() throws Exception {
        try (Server server = Server.start(Engines.config(settings()), line -> {})) {
            String url = "http://127.0.0.1:" + server.adminPort();
            assertThat(weir("weights", "show", "--url", url)).isZero();
            assertThat(out.toString())
                    .contains("version 1, configured", "causal", "0 labels learned", "60 until the next");
            assertThat(weir("weights", "freeze", "--url", url)).isZero();
            assertThat(out.toString()).contains("frozen");
            HttpRequest fromAPage = HttpRequest.newBuilder(URI.create(url + "/v1/weights/freeze"))
                    .header("Content-Type", "application/json")
                    .header("Origin", "http://elsewhere.example")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"frozen\":false}"))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(fromAPage, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(403);
            }
            assertThat(weir("weights", "history", "--url", url)).isZero();
            assertThat(out.toString()).containsPattern("1 +configured");
            assertThat(weir("weights", "rollback", "7", "--url", url)).isEqualTo(1);
            assertThat(err.toString())
                    .contains("weights version 7 (expected: 1 to 1)")
                    .doesNotContain("\tat ");
            assertThat(weir("weights", "promote", "nobody", "2", "--url", url)).isEqualTo(1);
            assertThat(err.toString()).contains("expert nobody (expected: one of [ngram, causal])");
            assertThat(weir("weights", "promote", "ngram", "3", "--dry-run", "--url", url))
                    .isZero();
            assertThat(out.toString()).contains("too few reviewed streams to try it on", "nothing was changed");
            assertThat(weir("weights", "promote", "ngram", "3", "--url", url)).isEqualTo(1);
            assertThat(out.toString()).contains("refused: no reviewed streams");
        }
        assertThat(weir("weights", "show", "--url", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString()).contains("no server answers at http://127.0.0.1:1");
        assertThat(weir("weights", "show", "--url", "127.0.0.1")).isEqualTo(2);
    }

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int weir(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
