package dev.weir.engine.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.batching.BatchingProfiles;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertRun;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.LexiconExpert;
import dev.weir.models.Placement;
import dev.weir.models.RunShapes;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.StreamingSession;
import dev.weir.models.TokenRow;
import dev.weir.models.Vote;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of an expert whose sessions break. The place is a GPU by its name only: its session runs on the CPU, breaks
 * on an id the model has no weights for, and cannot be opened again, for there is no 60th GPU.
 */
class EnsembleSupervisorTest {

    private static final Placement GPU = new Placement.Gpu(60, 0, false);
    private static final int BAD = 3;
    private static final int POISON = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ActorTestKit actors = ActorTestKit.create(ConfigFactory.load());
    private final TestProbe<ExpertSession.Reply> stream = actors.createTestProbe();
    private final Asker asker = new Asker(stream.getRef()::tell, Allotment.unlimited(), "connection", Runnable::run);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<EnsembleSnapshot> published = new AtomicReference<>();

    @TempDir
    private Path experts;

    private StreamingExpert tiny;
    private LexiconExpert lexicon;

    @BeforeEach
    void loadExperts() throws Exception {
        Path repository = Path.of(System.getProperty("weir.repository"));
        copy(repository.resolve("models/experts/lexicon"));
        copy(repository.resolve("models/src/test/resources/tiny-expert"));
        Path vocabulary = experts.resolve("tiny-expert/vocab.txt");
        Files.writeString(vocabulary, Files.readString(vocabulary).strip() + "\npoison\n");
        ExpertLibrary library = ExpertLibrary.load(experts);
        tiny = (StreamingExpert) library.named("tiny").orElseThrow();
        lexicon = (LexiconExpert) library.named("lexicon").orElseThrow();
    }

    @AfterEach
    void stop() {
        actors.shutdownTestKit();
    }

    @Test
    void theCpuStandsInForABrokenGpuAndStreamsGoOnWithTheirStates() throws Exception {
        start(GPU, true, Duration.ofHours(1));
        StateArena.Slot slot = member().states().acquire().orElseThrow();
        assertThat(logOdds(score(slot, BAD))).isEqualTo(1);
        assertThat(registry.scrape()).contains(sessions("cuda:60", 1)).contains(sessions("cpu", 0));
        assertThat(score(slot, POISON)).isInstanceOf(ExpertSession.Failed.class);
        assertThat(logOdds(score(slot, BAD))).isEqualTo(2);
        assertThat(member().awake()).isTrue();
        assertThat(registry.scrape()).contains(sessions("cuda:60", 0)).contains(sessions("cpu", 1));
    }

    @Test
    void anExpertSleepsWhenItsGpuBreaksAndNothingStandsIn() throws Exception {
        start(GPU, false, Duration.ofHours(1));
        StateArena.Slot slot = member().states().acquire().orElseThrow();
        assertThat(score(slot, POISON)).isInstanceOf(ExpertSession.Failed.class);
        assertThat(score(slot, BAD)).isInstanceOf(ExpertSession.Failed.class);
        stream.awaitAssert(PATIENCE, () -> {
            assertThat(member().awake()).isFalse();
            return null;
        });
        assertThat(registry.scrape())
                .contains(sessions("cuda:60", 0))
                .contains("weir_expert_awake{expert=\"tiny\"} 0.0")
                .doesNotContain("device=\"cpu\"");
    }

    @Test
    void anExpertSleepsWhenWhatStandsInBreaksTooAndWakesWithItLater() throws Exception {
        start(GPU, true, Duration.ofMillis(200));
        for (int i = 0; i < 2; i++) {
            assertThat(score(member().states().acquire().orElseThrow(), POISON))
                    .isInstanceOf(ExpertSession.Failed.class);
        }
        stream.awaitAssert(PATIENCE, () -> {
            Optional<StateArena.Slot> slot = member().states().acquire();
            assertThat(slot).isPresent();
            assertThat(logOdds(score(slot.orElseThrow(), BAD))).isEqualTo(1);
            return null;
        });
        assertThat(registry.scrape()).contains(sessions("cpu", 1));
    }

    /** A row that is too long is a mistake of its sender, and ends the session's actor. */
    @Test
    void aSessionThatCrashedIsOpenedAfresh() throws Exception {
        start(Placement.CPU, false, Duration.ofMillis(200));
        StateArena before = member().states();
        send(before.acquire().orElseThrow(), new int[tiny.maxTokens() + 1]);
        stream.awaitAssert(PATIENCE, () -> {
            assertThat(member().states()).isNotSameAs(before);
            return null;
        });
        assertThat(logOdds(score(member().states().acquire().orElseThrow(), BAD)))
                .isEqualTo(1);
    }

    private void start(Placement placement, boolean cpuStandsIn, Duration coolDown) throws Exception {
        BatchingProfiles batching =
                BatchingProfiles.from(ConfigFactory.defaultReference().getConfig("weir.batching"), new ArrayList<>());
        OverloadSettings overload =
                OverloadSettings.from(ConfigFactory.defaultReference().getConfig("weir.overload"), new ArrayList<>());
        StreamingSession session = StreamingSession.open(tiny, Placement.CPU, RunShapes.EXACT, 8);
        ExpertRun run = new ExpertRun.Streaming(session);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        actors.spawn(EnsembleSupervisor.create(new EnsembleSupervisor.Setup(
                List.of(new OpenExpert(tiny, session.states().share(), List.of(run))),
                List.of(),
                new ExpertRuns(List.of(placement), cpuStandsIn, batching, 8),
                lexicon.lexicon(),
                tiny.tokenizer(),
                WeightsVersion.configured(new Weights(1, Map.of()), "none"),
                new BreakerSettings(1, coolDown, coolDown),
                new Overload(overload.off(), System::nanoTime),
                Set.of(),
                new Telemetry(registry),
                published,
                begun)));
        begun.join();
    }

    private EnsembleSnapshot.Streaming member() {
        return Objects.requireNonNull(published.get()).streaming().getFirst();
    }

    private ExpertSession.Reply score(StateArena.Slot slot, int id) {
        send(slot, new int[] {id});
        return stream.receiveMessage(PATIENCE);
    }

    private void send(StateArena.Slot slot, int[] ids) {
        TokenRow row = new TokenRow(slot, ids, ids.length, false);
        member().batcher().tell(new Batcher.Score(new ExpertSession.TokensRow(row, 0, Urgency.MONITORED, 0, asker)));
    }

    private static double logOdds(ExpertSession.Reply reply) {
        assertThat(reply).isInstanceOf(ExpertSession.Scored.class);
        return Vote.logOdds(((ExpertSession.TokensRow) reply.row()).row().vote(0, 0));
    }

    private static String sessions(String device, int count) {
        return "weir_expert_sessions{device=\"" + device + "\",expert=\"tiny\"} " + count + ".0";
    }

    private void copy(Path from) throws Exception {
        Path to = Files.createDirectories(experts.resolve(from.getFileName()));
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
