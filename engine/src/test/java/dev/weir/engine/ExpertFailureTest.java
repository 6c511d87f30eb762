package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.Policy;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplayedStream;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law 7: text that an expert could not score is stopped or marked. The expert is the tiny one with a word too many in its
 * vocabulary, so that the native runtime itself refuses any run that holds the word "poison".
 */
class ExpertFailureTest {

    @TempDir
    private Path experts;

    @BeforeEach
    void copyExperts() throws IOException {
        Path repository = Path.of(System.getProperty("weir.repository"));
        copy(repository.resolve("models/experts/lexicon"), experts.resolve("lexicon"));
        copy(repository.resolve("models/src/test/resources/tiny-expert"), experts.resolve("tiny"));
        Path vocabulary = experts.resolve("tiny/vocab.txt");
        Files.writeString(vocabulary, Files.readString(vocabulary).strip() + "\npoison\n");
    }

    @Test
    void aStreamThatCannotBeScoredIsStoppedAsUnscoredAndItsNeighbourGoesOn() throws StartException {
        try (Engine engine = start("closed", 100)) {
            StreamRun neighbour = StreamRun.start(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
            neighbour.send("good good ");
            StreamRun poisoned =
                    StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("good poison good"));
            assertThat(poisoned.terminal())
                    .isInstanceOfSatisfying(
                            ServerMessage.Stopped.class,
                            stopped -> assertThat(stopped.category()).isEqualTo("unscored"));
            neighbour.send("good.").tell(new StreamSession.End(null));
            assertThat(neighbour.terminal())
                    .isInstanceOfSatisfying(
                            ServerMessage.Ended.class,
                            ended -> assertThat(ended.verdict()).isEqualTo(ServerMessage.Verdict.PASS));
        }
    }

    @Test
    void aStreamWhosePromptCannotBeScoredIsStoppedToo() throws StartException {
        try (Engine engine = start("closed", 100)) {
            StreamRun run = StreamRun.start(
                    engine,
                    new OpenStream(
                            "prompted",
                            null,
                            Mode.GATE,
                            Units.CODEPOINT,
                            null,
                            "content",
                            List.of(new PromptMessage("user", "poison")),
                            Map.of(),
                            null));
            run.send("good.");
            assertThat(run.terminal())
                    .isInstanceOfSatisfying(
                            ServerMessage.Stopped.class,
                            stopped -> assertThat(stopped.category()).isEqualTo("unscored"));
            assertThat(run.messages(ServerMessage.Released.class)).isEmpty();
        }
    }

    @Test
    void aPolicyThatFailsOpenMarksWhatWasNotScored() throws StartException {
        try (Engine engine = start("open", 100)) {
            StreamRun poisoned =
                    StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of("good poison good"));
            assertThat(poisoned.terminal()).isInstanceOfSatisfying(ServerMessage.Ended.class, ended -> {
                assertThat(ended.unscored()).isTrue();
                assertThat(ended.asleep()).containsExactly("tiny");
            });
        }
    }

    @Test
    void anExpertThatKeepsFailingIsTakenOut() throws StartException {
        try (Engine engine = start("open", 2, "5 m")) {
            for (int i = 0; i < 2; i++) {
                terminal(engine, "poison.");
            }
            await(
                    "asleep after its breaker opened",
                    () -> terminal(engine, "good.").unscored());
            assertThat(engine.registry().scrape()).contains("weir_expert_awake{expert=\"tiny\"} 0.0");
        }
    }

    @Test
    void anExpertThatWasTakenOutIsOpenedAfresh() throws StartException {
        try (Engine engine = start("open", 2, "100 ms")) {
            for (int i = 0; i < 2; i++) {
                terminal(engine, "poison.");
            }
            await("opened again", () -> engine.registry().scrape().contains(opened(2)));
            await("awake after its cool-down", () -> !terminal(engine, "good.").unscored());
        }
    }

    @Test
    void aSessionThatBreaksLeavesItsWorkToTheOther() throws StartException {
        try (Engine engine = Engines.start(settings("open", 1, "5 m") + "weir.models.cpu-sessions = 2")) {
            assertThat(engine.registry().scrape()).contains(sessions(2));
            StreamRun neighbour = StreamRun.start(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
            neighbour.send("good bad ");
            terminal(engine, "poison.");
            await("one session after the other broke", () -> {
                assertThat(terminal(engine, "good.").unscored())
                        .as("unscored beside a session that works")
                        .isFalse();
                return engine.registry().scrape().contains(sessions(1));
            });
            neighbour.send("good.").tell(new StreamSession.End(null));
            assertThat(neighbour.terminal())
                    .isInstanceOfSatisfying(
                            ServerMessage.Ended.class,
                            ended -> assertThat(ended.unscored()).isFalse());
        }
    }

    @Test
    void aSessionThatBrokeBesideAnotherIsOpenedAfresh() throws StartException {
        try (Engine engine = Engines.start(settings("open", 1, "100 ms") + "weir.models.cpu-sessions = 2")) {
            assertThat(engine.registry().scrape()).contains(opened(2));
            terminal(engine, "poison.");
            await("both again after the cool-down", () -> {
                assertThat(terminal(engine, "good.").unscored()).isFalse();
                String metrics = engine.registry().scrape();
                return metrics.contains(opened(3)) && metrics.contains(sessions(2));
            });
        }
    }

    private static ServerMessage.Ended terminal(Engine engine, String text) {
        return (ServerMessage.Ended) StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(text))
                .terminal();
    }

    private static String sessions(int count) {
        return "weir_expert_sessions{device=\"cpu\",expert=\"tiny\"} " + count + ".0";
    }

    private static String opened(int count) {
        return "weir_expert_opened_total{expert=\"tiny\"} " + count + ".0";
    }

    /** Looks again and again, for as long as a starved machine may need. */
    private static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void aSlotIsFreedOnceHoweverItsStreamEnds() throws StartException {
        try (Engine engine = start("closed", 100)) {
            for (int i = 0; i < 40; i++) {
                StreamRun vanished = StreamRun.start(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
                vanished.send("good bad ").tell(new StreamSession.Abandon()).tell(new StreamSession.Abandon());
                StreamRun cancelled = StreamRun.start(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
                cancelled.send("good bad ").tell(new StreamSession.Cancel()).tell(new StreamSession.Abandon());
                cancelled.terminal();
            }
            StreamRun last = StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of("good."));
            assertThat(last.terminal()).isInstanceOf(ServerMessage.Ended.class);
            assertThat(last.decisions()).singleElement().asString().startsWith("end PASS");
        }
    }

    /** Law 3, for the only decisions that time has a part in: what was lost when is in the trace. */
    @Test
    void whatWasDecidedAboutALostExpertIsDecidedAgain(@TempDir Path folder) throws Exception {
        String kept = "weir.ledger.url = \"jdbc:sqlite:" + folder.resolve("ledger.db") + "\"";
        Policy open;
        try (Engine engine = Engines.start(kept + "\n" + settings("open", 1000, "5 m"))) {
            open = engine.defaultPolicy();
            loseExperts(engine);
        }
        try (Engine engine = Engines.start(kept + "\n" + settings("closed", 1000, "5 m"))) {
            loseExperts(engine);
        }
        try (LedgerReader ledger = LedgerReader.open(
                LedgerSettings.from(Engines.config(kept).getConfig("weir.ledger"), new ArrayList<>()))) {
            Replay replay = new Replay(ledger, open, null);
            List<ReplayedStream> replayed = new ArrayList<>();
            ledger.streams(0, (sequence, stream) -> replayed.add(replay.of(sequence, stream)));
            assertThat(replayed)
                    .hasSize(12)
                    .allSatisfy(stream -> assertThat(stream.differences()).isEmpty());
            assertThat(replayed.subList(0, 6))
                    .extracting(ReplayedStream::change)
                    .containsOnly(ReplayedStream.Change.NONE);
            assertThat(replayed.subList(6, 12))
                    .as("stopped as unscored, all but the two that were monitored")
                    .extracting(ReplayedStream::change)
                    .containsOnly(ReplayedStream.Change.NONE, ReplayedStream.Change.STOPS_NO_MORE)
                    .filteredOn(ReplayedStream.Change.STOPS_NO_MORE::equals)
                    .hasSize(4);
        }
    }

    private static void loseExperts(Engine engine) {
        for (Mode mode : Mode.values()) {
            StreamRun.of(engine, StreamRun.open(mode, Units.CODEPOINT), List.of("good bad good poison ", "good good."))
                    .terminal();
            OpenStream open = StreamRun.open(mode, Units.CODEPOINT);
            List<PromptMessage> messages = List.of(new PromptMessage("user", "good poison"));
            StreamRun.of(
                            engine,
                            new OpenStream(
                                    open.stream(), null, mode, open.units(), null, "content", messages, Map.of(), null),
                            List.of("good bad."))
                    .terminal();
        }
        engine.drain(Duration.ofSeconds(20));
    }

    private Engine start(String fail, int failuresToBreak) throws StartException {
        return start(fail, failuresToBreak, "5 m");
    }

    private Engine start(String fail, int failuresToBreak, String coolDown) throws StartException {
        return Engines.start(settings(fail, failuresToBreak, coolDown));
    }

    private String settings(String fail, int failuresToBreak, String coolDown) {
        return """
                weir.models.directory = "%s"
                weir.models.experts = [lexicon, tiny]
                weir.policy-defaults { requires = [tiny], fail = %s, categories { other { threshold = 1.0, flag-at = 1.0 }
                  harassment { threshold = 1.0, flag-at = 1.0 } } }
                weir.breaker { failures = %d, cool-down = %s }
                weir.stream.max-streams = 8
                """.formatted(experts, fail, failuresToBreak, coolDown);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
