package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplayedStream;
import dev.weir.models.Category;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Law 3, for streams that the shipped experts scored: conversations of the demo with secrets put in, in every mode, cut
 * at random, with and without what they answer, to their end or given up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {

    private static final int LONGEST = 250;

    private Path file;

    private final List<Told> told = new ArrayList<>();
    private Policy policy;
    private LedgerReader ledger;

    private record Told(String text, Mode mode, boolean prompted, boolean cancelled, StreamRun run) {}

    @BeforeAll
    void runStreams(@TempDir Path empty) throws Exception {
        String settings = "weir.ledger.url = \"jdbc:sqlite:" + empty.resolve("ledger.db") + "\"\n";
        file = empty.resolve("weir.conf");
        Files.writeString(file, settings + """
                weir.policy-defaults.stop-thresholds.by = typed
                weir.policies.lenient { categories { other.threshold = 0.99, harassment.threshold = 0.99 } }
                """);
        Random random = new Random(5);
        try (Engine engine = Engines.start(settings)) {
            policy = engine.defaultPolicy();
            for (JsonNode conversation : conversations()) {
                for (Mode mode : Mode.values()) {
                    for (int variant = 0; variant < 3; variant++) {
                        told.add(tell(engine, conversation, mode, variant, random));
                    }
                }
            }
            told.forEach(stream -> stream.run().terminal());
            engine.drain(Duration.ofSeconds(20));
        }
        ledger = LedgerReader.open(
                LedgerSettings.from(Engines.config(settings).getConfig("weir.ledger"), new ArrayList<>()));
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @Test
    void everyReceiptIsDecidedAgainExactly() {
        List<ReplayedStream> replayed = replay(null, null);
        assertThat(replayed).hasSize(told.size());
        assertThat(replayed).allSatisfy(stream -> {
            assertThat(stream.recorded()).isTrue();
            assertThat(stream.differences()).isEmpty();
        });
        Map<Decision.Kind, Long> kinds = replayed.stream()
                .flatMap(stream -> stream.before().decisions().stream())
                .collect(Collectors.groupingBy(Decision::kind, Collectors.counting()));
        assertThat(kinds).as("the streams show every kind of decision").containsOnlyKeys(Decision.Kind.values());
    }

    @Test
    void aPolicyThatStopsNothingEndsWhereTheRecordingDoes() {
        Policy lenient = new Policy(
                "lenient",
                1,
                Mode.GATE,
                false,
                false,
                List.of(),
                Map.of(),
                policy.stopRule(),
                policy.hold(),
                policy.prompt(),
                policy.conversation(),
                "");
        List<ReplayedStream> replayed = replay(lenient, null);
        assertThat(replayed)
                .filteredOn(stream ->
                        stream.before().stop().filter(stop -> stop.at() > 0).isPresent())
                .isNotEmpty()
                .allSatisfy(stream -> {
                    assertThat(stream.change()).isEqualTo(ReplayedStream.Change.STOPS_NO_MORE);
                    assertThat(stream.after().censored()).isTrue();
                });
        assertThat(replayed)
                .filteredOn(stream -> stream.before().stop().isEmpty())
                .allSatisfy(stream -> assertThat(stream.after().censored()).isFalse());
    }

    @Test
    void lowerThresholdsStopWhatWasStoppedAndMore() {
        Map<Category, Threshold> low = new EnumMap<>(Category.class);
        policy.stopCategories().forEach(category -> low.put(category, Threshold.constant(0.1)));
        List<ReplayedStream> replayed = replay(policy.withStopThresholds(low), null);
        assertThat(replayed)
                .extracting(ReplayedStream::change)
                .contains(ReplayedStream.Change.STOPS_NOW, ReplayedStream.Change.EARLIER)
                .doesNotContain(ReplayedStream.Change.STOPS_NO_MORE, ReplayedStream.Change.LATER);
    }

    @Test
    void otherWeightsChangeWhatIsDecidedAndNotWhatIsReproduced() {
        List<ReplayedStream> replayed =
                replay(null, WeightsVersion.configured(new Weights(2, Map.of("ngram", 50.0)), "tried"));
        assertThat(replayed)
                .allSatisfy(stream -> assertThat(stream.differences()).isEmpty());
        assertThat(replayed)
                .anySatisfy(stream -> assertThat(stream.after().decisions())
                        .isNotEqualTo(stream.before().decisions()));
    }

    /** Law 1: the variants of each text are cut otherwise, and one may be flushed and counted in another unit. */
    @Test
    void theSameTextCutOtherwiseLeavesTheSameTrace() {
        Map<String, byte[]> traces = new HashMap<>();
        ledger.streams(0, (sequence, stream) -> traces.put(stream.stream(), stream.trace()));
        int compared = 0;
        for (int i = 0; i + 1 < told.size(); i++) {
            Told one = told.get(i);
            Told other = told.get(i + 1);
            boolean same =
                    one.text().equals(other.text()) && one.mode() == other.mode() && one.prompted() == other.prompted();
            if (same && !one.cancelled() && !other.cancelled()) {
                assertThat(traces.get(name(one))).isEqualTo(traces.get(name(other)));
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(24 * 3);
    }

    @Test
    void theCommandPrintsWhatAPolicyWouldChangeAndExitsZero() throws IOException {
        StringWriter out = new StringWriter();
        CommandLine weir = Main.commandLine().setOut(new PrintWriter(out));
        assertThat(weir.execute("replay", "--config", file.toString(), "--policy", "lenient"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("streams +" + told.size())
                .containsPattern("decided again as they were +" + told.size())
                .containsPattern("would not stop, and did +[1-9]");
        StringWriter lines = new StringWriter();
        assertThat(Main.commandLine()
                        .setOut(new PrintWriter(lines))
                        .execute("replay", "--config", file.toString(), "--policy", "lenient", "--json"))
                .isZero();
        String[] objects = lines.toString().strip().split("\n", -1);
        assertThat(new ObjectMapper()
                        .readTree(objects[objects.length - 1])
                        .at("/total/reproduced")
                        .asInt())
                .isEqualTo(told.size());
    }

    @Test
    void theCommandRefusesAPolicyThatIsNotThere() {
        StringWriter err = new StringWriter();
        CommandLine weir = Main.commandLine().setErr(new PrintWriter(err));
        assertThat(weir.execute("replay", "--config", file.toString(), "--policy", "nothing"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--policy nothing (expected: one of weir.policies, ");
    }

    private List<ReplayedStream> replay(@Nullable Policy tried, @Nullable WeightsVersion weights) {
        List<ReplayedStream> replayed = new ArrayList<>();
        Replay replay = new Replay(ledger, tried, weights);
        ledger.streams(0, (sequence, stream) -> replayed.add(replay.of(sequence, stream)));
        return replayed;
    }

    private static String name(Told stream) {
        return Objects.requireNonNull(stream.run().terminal().stream());
    }

    /** Variant 0 is given up or is not, may answer a prompt and is flushed; 1 and 2 are one text cut in two ways. */
    private static Told tell(Engine engine, JsonNode conversation, Mode mode, int variant, Random random) {
        String reply = conversation.get("reply").asText();
        String secret = Secrets.SAMPLE.get((reply.length() + mode.ordinal()) % Secrets.SAMPLE.size());
        String text = reply.substring(0, Math.min(reply.length(), LONGEST)) + " Ask " + secret + " about it.";
        boolean prompted = variant > 0 || random.nextBoolean();
        boolean cancelled = variant == 0 && random.nextInt(3) == 0;
        OpenStream open = StreamRun.open(mode, variant == 0 ? Units.UTF16 : Units.CODEPOINT);
        StreamRun run = StreamRun.start(
                engine,
                new OpenStream(
                        open.stream(),
                        null,
                        mode,
                        open.units(),
                        null,
                        "content",
                        prompted
                                ? List.of(new PromptMessage(
                                        "user", conversation.get("user").asText()))
                                : List.of(),
                        Map.of(),
                        null));
        for (int from = 0; from < text.length(); ) {
            int to = variant == 1 ? text.length() : Math.min(text.length(), from + 1 + random.nextInt(40));
            run.send(text.substring(from, to));
            if (variant == 0 && random.nextInt(4) == 0) {
                run.tell(new StreamSession.FlushTail());
            }
            from = to;
        }
        run.tell(cancelled ? new StreamSession.Cancel() : new StreamSession.End(null));
        return new Told(text, mode, prompted, cancelled, run);
    }

    private static List<JsonNode> conversations() throws IOException {
        try (InputStream in = Engine.class.getResourceAsStream("/demo/conversations.jsonl");
                MappingIterator<JsonNode> lines =
                        new ObjectMapper().readerFor(JsonNode.class).readValues(in)) {
            return lines.readAll();
        }
    }
}
