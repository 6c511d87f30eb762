package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.ServerMessage.ErrorMessage;
import dev.weir.protocol.Units;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each wrong use of a stream gets its own error, and the streams beside it go on. */
class WrongInputTest {

    private static final SettableClock CLOCK = new SettableClock();

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engine.start(Engines.config("""
                        weir.models.experts = [lexicon, causal]
                        weir.stream { credit = 256, vote-timeout = 2 s }
                        """), line -> {}, CLOCK);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void aDeltaAtTheWrongPlaceIsAFinalGap() {
        StreamRun run = open();
        run.send("hello ").tell(new StreamSession.Text("world", 7));
        assertError(run, ErrorCode.GAP, "at");
    }

    @Test
    void anEndOfTheWrongLengthIsAFinalGap() {
        StreamRun run = open();
        run.send("hello ").tell(new StreamSession.End(5));
        assertError(run, ErrorCode.GAP, "length");
    }

    @Test
    void moreThanTwiceTheCreditUnscoredEndsTheStream() {
        StreamRun run = open();
        run.send("x ".repeat(300));
        assertError(run, ErrorCode.CREDIT_EXCEEDED, null);
    }

    @Test
    void creditComesBackAsTextIsScored() {
        StreamRun run =
                StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of("a b c d ".repeat(32)));
        assertThat(run.terminal()).isInstanceOf(ServerMessage.Ended.class);
        StreamRun longer = open();
        int credit = 256;
        for (int sent = 0; sent < 4_000; sent += 128) {
            longer.send("a b c d ".repeat(16));
            credit -= 128;
            while (credit < 128) {
                credit += longer.awaitCredit();
            }
        }
        longer.tell(new StreamSession.End(4_096));
        assertThat(longer.terminal()).isInstanceOf(ServerMessage.Ended.class);
    }

    @Test
    void anUnknownPolicyIsNamed() {
        OpenStream request =
                new OpenStream("p", "nowhere", null, Units.CODEPOINT, null, "content", List.of(), Map.of(), null);
        assertError(StreamRun.start(engine, request), ErrorCode.UNKNOWN_POLICY, "policy");
    }

    @Test
    void messagesThatAreTooLongAreRefusedAndNotCut() {
        OpenStream request = new OpenStream(
                "m",
                null,
                null,
                Units.CODEPOINT,
                null,
                "content",
                List.of(new PromptMessage("user", "x".repeat(32_769))),
                Map.of(),
                null);
        assertError(StreamRun.start(engine, request), ErrorCode.MESSAGE_TOO_LARGE, "messages");
    }

    @Test
    void aForeignResumeTokenIsUnavailable() {
        OpenStream request = new OpenStream(
                "r", null, null, Units.CODEPOINT, null, "content", List.of(), Map.of(), "nonsense.token");
        assertError(StreamRun.start(engine, request), ErrorCode.RESUME_UNAVAILABLE, "resume");
    }

    @Test
    void aResumedStreamDecidesAgainAndNamesTheSameReceipt() {
        StreamRun first = StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("hello world."));
        ServerMessage.Ended ended = (ServerMessage.Ended) first.terminal();
        String token = first.messages(ServerMessage.Opened.class).getFirst().resume();
        OpenStream again =
                new OpenStream("again", null, Mode.GATE, Units.CODEPOINT, null, "content", List.of(), Map.of(), token);
        StreamRun second = StreamRun.of(engine, again, List.of("hello", " world."));
        assertThat(((ServerMessage.Ended) second.terminal()).receipt()).isEqualTo(ended.receipt());
    }

    @Test
    void aStreamWithoutDeltasIsClosedAsIdle() throws InterruptedException {
        StreamRun run = open();
        run.send("hello ").awaitReleased();
        CLOCK.advance(Duration.ofSeconds(121));
        assertError(run, ErrorCode.IDLE, null);
    }

    @Test
    void aServerThatIsFullSaysWhenToTryAgain() throws Exception {
        try (Engine small = Engines.start("weir.models.experts = [lexicon, causal]\nweir.stream.max-streams = 2")) {
            for (int i = 0; i < 2; i++) {
                StreamRun.start(small, StreamRun.open(Mode.STREAM, Units.CODEPOINT))
                        .send("hello ")
                        .awaitReleased();
            }
            StreamRun refused = StreamRun.start(small, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
            assertThat(refused.terminal()).isInstanceOfSatisfying(ErrorMessage.class, error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(error.retryAfterMs()).isPositive();
            });
        }
    }

    @Test
    void everyProblemOfAConfigurationIsListedAtOnce() {
        StartException problems = catchThrowableOfType(StartException.class, () -> Engines.start("""
                        weir.stream.credit = 1
                        weir.batching.max-batch-size = 0
                        weir.models.device = tpu
                        weir.policies.default.categories.hate { action = shout, threshold = 2 }
                        weir.default-policy = missing
                        """));
        assertThat(problems.problems())
                .anySatisfy(line -> assertThat(line).startsWith("weir.stream.credit: 1 (expected:"))
                .anySatisfy(line -> assertThat(line).startsWith("weir.batching.max-batch-size: 0"))
                .anySatisfy(line -> assertThat(line).startsWith("weir.models.device: tpu"))
                .anySatisfy(line -> assertThat(line).contains("categories.hate.action: shout"))
                .anySatisfy(line -> assertThat(line).contains("hate.threshold: 2"))
                .anySatisfy(line -> assertThat(line).startsWith("weir.default-policy: missing"));
    }

    @Test
    void anExpertThatIsNotThereIsNamed() {
        StartException problems = catchThrowableOfType(
                StartException.class,
                () -> Engines.start(
                        "weir.models.experts = [lexicon, oracle]\n" + "weir.policy-defaults.requires = []"));
        assertThat(problems.problems()).singleElement().asString().contains("oracle");
    }

    private static StreamRun open() {
        return StreamRun.start(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT));
    }

    private static void assertError(StreamRun run, ErrorCode code, String field) {
        assertThat(run.terminal()).isInstanceOfSatisfying(ErrorMessage.class, error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.isFinal()).isTrue();
            assertThat(error.field()).isEqualTo(field);
        });
    }

    /** Stands still until it is moved. */
    private static final class SettableClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T00:00:00Z"));

        void advance(Duration by) {
            now.updateAndGet(instant -> instant.plus(by));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
