package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ClientMessage.FeedbackVerdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesLedgerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Path file;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @BeforeEach
    void nameFile() {
        file = directory.resolve("made/on/the/way/ledger.jsonl");
    }

    private JsonLinesLedger open() {
        return open(new LedgerSettings(file.toString(), 64, 16, Duration.ofMillis(1), 100));
    }

    private JsonLinesLedger open(LedgerSettings settings) {
        return JsonLinesLedger.open(settings, new Telemetry(metrics), CLOCK);
    }

    private static Receipt receipt(String id) {
        return new Receipt(
                id,
                "end",
                7,
                "s",
                null,
                "content",
                "default@1",
                "gate",
                1,
                "pass",
                null,
                List.of(),
                "none",
                null,
                0,
                3,
                3,
                0,
                0.25,
                List.of(new Receipt.ExpertVote("causal", "1", 1.0, -2.5)),
                List.of());
    }

    private static ClientMessage.Feedback feedback(String id, String receipt) {
        return new ClientMessage.Feedback(id, receipt, FeedbackVerdict.WRONG_STOP, List.of("hate"));
    }

    private static boolean review(Ledger ledger, ClientMessage.Feedback feedback)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        ledger.review(feedback, done::complete);
        return done.get(5, TimeUnit.SECONDS);
    }

    /** The entries, after checking that every line follows from the one before it. */
    private List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>();
        String previous = ChainedLine.GENESIS;
        for (String line : Files.readAllLines(file)) {
            ChainedLine parsed = ChainedLine.parse(line).orElseThrow();
            assertThat(parsed.previous()).isEqualTo(previous);
            previous = parsed.hash();
            entries.add(parsed.entry());
        }
        return entries;
    }

    @Test
    void writesEachReceiptAsOneLineTiedToTheLineBefore() throws IOException {
        try (JsonLinesLedger ledger = open(new LedgerSettings(file.toString(), 64, 1, Duration.ofMillis(1), 100))) {
            ledger.record(receipt("A"));
            ledger.record(receipt("B"));
        }
        assertThat(entries())
                .hasSize(2)
                .first()
                .isEqualTo("{\"receipt\":{\"id\":\"A\",\"kind\":\"end\",\"atMillis\":7,\"stream\":\"s\","
                        + "\"channel\":\"content\",\"policy\":\"default@1\",\"mode\":\"gate\",\"ensemble\":1,"
                        + "\"action\":\"pass\",\"categories\":[],\"severity\":\"none\",\"onset\":0,\"at\":3,"
                        + "\"released\":3,\"exposure\":0,\"risk\":0.25,\"votes\":[{\"expert\":\"causal\","
                        + "\"version\":\"1\",\"weight\":1.0,\"logOdds\":-2.5}],\"asleep\":[]}}");
    }

    @Test
    void goesOnWithTheChainAfterARestart() throws IOException {
        for (String id : List.of("A", "B", "C")) {
            try (JsonLinesLedger ledger = open()) {
                ledger.record(receipt(id));
            }
        }
        assertThat(entries()).hasSize(3);
    }

    /** A power cut in the middle of a write: the next entry must not be appended to the half line it left. */
    @Test
    void movesAHalfLineLeftByACrashAside() throws IOException {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
            ledger.record(receipt("B"));
        }
        byte[] whole = Files.readAllBytes(file);
        byte[] torn = Arrays.copyOf(whole, whole.length - 20);
        Files.write(file, torn);
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("C"));
        }
        assertThat(entries()).hasSize(2).last().asString().contains("\"id\":\"C\"");
        long intact = Files.readAllLines(file).get(0).length() + 1L;
        assertThat(file.resolveSibling("ledger.jsonl.torn-at-" + intact))
                .hasBinaryContent(Arrays.copyOfRange(torn, (int) intact, torn.length));
    }

    @Test
    void movesZeroesLeftByACrashAside() throws IOException {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
        }
        Files.write(file, new byte[4_096], StandardOpenOption.APPEND);
        open().close();
        assertThat(entries()).hasSize(1);
    }

    @Test
    void beginsAgainWhenNotEvenTheFirstLineWasWhole() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"entry\":{\"receipt\":{\"id\":\"A");
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("B"));
        }
        assertThat(entries()).hasSize(1);
    }

    @Test
    void leavesAFileThatIsNoLedgerAlone() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "dear diary\n");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(this::open)
                .withMessage("weir.ledger.file: " + file
                        + " holds no intact ledger line near its end: move it away, or name another file");
        assertThat(file).hasContent("dear diary\n");
    }

    @Test
    void refusesAFileThatAnotherServerWrites() {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(this::open)
                    .withMessage("weir.ledger.file: " + file
                            + " is in use by another server: give each its own file, or \"\" to keep none");
        }
    }

    @Test
    void breaksTheHashOfALineWhoseEntryIsChanged() throws IOException {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
        }
        String line = Files.readAllLines(file).get(0);
        assertThat(ChainedLine.parse(line)).isPresent();
        assertThat(ChainedLine.parse(line.replace("\"risk\":0.25", "\"risk\":0.26")))
                .isEmpty();
    }

    @Test
    void acknowledgesAReviewOnceItCanBeReadFromTheFile() throws Exception {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
            assertThat(review(ledger, feedback("f-1", "A"))).isTrue();
            assertThat(entries())
                    .last()
                    .isEqualTo("{\"review\":{\"id\":\"f-1\",\"receipt\":\"A\",\"verdict\":\"wrong_stop\","
                            + "\"categories\":[\"hate\"],\"atMillis\":1000}}");
        }
    }

    @Test
    void recordsAReviewSentTwiceOnce() throws Exception {
        try (JsonLinesLedger ledger = open()) {
            ledger.record(receipt("A"));
            assertThat(review(ledger, feedback("f-1", "A"))).isTrue();
            assertThat(review(ledger, feedback("f-1", "A"))).isTrue();
        }
        try (JsonLinesLedger ledger = open()) {
            assertThat(review(ledger, feedback("f-1", "A"))).isTrue();
        }
        assertThat(entries()).hasSize(2);
    }

    @Test
    void doesNotKnowAReceiptItNeverKept() throws Exception {
        try (JsonLinesLedger ledger = open()) {
            assertThat(review(ledger, feedback("f-1", "A"))).isFalse();
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void forgetsTheOldestReceiptsBeyondItsMemory() throws Exception {
        try (JsonLinesLedger ledger = open(new LedgerSettings(file.toString(), 64, 16, Duration.ofMillis(1), 2))) {
            ledger.record(receipt("A"));
            ledger.record(receipt("B"));
            ledger.record(receipt("C"));
            assertThat(review(ledger, feedback("f-1", "A"))).isFalse();
            assertThat(review(ledger, feedback("f-2", "B"))).isTrue();
        }
    }

    @Test
    void countsWhatItDropsWhenItsQueueIsFullAndKeepsTheRest() throws Exception {
        List<String> kept = new ArrayList<>();
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        CompletableFuture<Void> held = new CompletableFuture<>();
        try (JsonLinesLedger ledger = open(new LedgerSettings(file.toString(), 16, 1, Duration.ofMillis(1), 100))) {
            ledger.record(receipt("first"));
            ledger.review(
                    feedback("f-1", "first"),
                    done -> { // holds the writing thread, like a disk that hangs
                        held.complete(null);
                        letGo.join();
                    });
            held.get(5, TimeUnit.SECONDS);
            for (int i = 0; i < 1_000; i++) {
                ledger.record(receipt("r" + i));
            }
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> ledger.review(feedback("f-2", "first"), done -> kept.add("never told")));
            letGo.complete(null);
        }
        double dropped = metrics.counter("weir.ledger.dropped").count();
        assertThat(dropped).isBetween(900.0, 984.0);
        assertThat(entries()).hasSize(2 + 1_000 - (int) dropped);
        assertThat(kept).isEmpty();
    }

    @Test
    void keepsNothingAndSaysSoWhenNoFileIsNamed() throws Exception {
        List<String> said = new ArrayList<>();
        LedgerSettings none = new LedgerSettings("", 64, 16, Duration.ofMillis(1), 100);
        try (JsonLinesLedger ledger = JsonLinesLedger.open(none, new Telemetry(metrics), said::add)) {
            ledger.record(receipt("A"));
            assertThat(review(ledger, feedback("f-1", "A"))).isFalse();
        }
        assertThat(said).singleElement().asString().startsWith("ledger: none");
    }

    @Test
    void hasTheseDefaults() {
        List<String> problems = new ArrayList<>();
        assertThat(LedgerSettings.from(ConfigFactory.defaultReference().getConfig("weir.ledger"), problems))
                .isEqualTo(new LedgerSettings("weir-ledger.jsonl", 8_192, 256, Duration.ofMillis(20), 100_000));
        assertThat(problems).isEmpty();
    }
}
