package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a GPU has to keep to. Left out unless the build has the profile gpu, and skipped where it then finds no GPU:
 * {@code mvn -Pgpu -Dgroups=gpu test}.
 *
 * <p>A GPU adds in another order than a CPU, so bits differ: each logit has to be within {@link #BAND} or
 * {@link #ENCODER_BAND} of the CPU's. A vote keeps a sixteenth of a unit of log-odds, so a streaming one is then the CPU's
 * or a neighbour of it.
 */
@Tag("gpu")
class GpuTest {

    /** Of a logit, whose unit is log-odds before calibration. */
    private static final float BAND = 0.002f;

    /** The encoder rounds what its products read, and other last bits may fall on the other side of a step. */
    private static final float ENCODER_BAND = 0.25f;

    private static final RunShapes SHAPES = new RunShapes(List.of(1, 8, 32, 64), List.of(32, 64, 128, 256));
    private static final int SLOTS = 64;

    private static List<Placement> gpus = List.of();
    private static String missing = "";

    /** Loads the CUDA libraries, or says which one is not there. */
    @BeforeAll
    static void findGpus() {
        try {
            gpus = new PlacementSettings(Device.CUDA, List.of(), 0, false, 1).resolve(line -> {});
        } catch (ExpertLoadException e) {
            missing = "skipped, needs a GPU: " + e.getMessage();
            System.out.println("GpuTest: " + missing);
        }
    }

    @BeforeEach
    void needsAGpu() {
        Assumptions.assumeFalse(gpus.isEmpty(), missing);
    }

    @Test
    void givesTheStreamingExpertsLogitsWithinTheBandOfTheCpus() throws Exception {
        assertWithin(BAND, streamed(gpus.getFirst(), SHAPES), streamed(Placement.CPU, RunShapes.EXACT));
    }

    @Test
    void paddingToAShapeMovesNoStreamingLogitByMoreThanTheBand() throws Exception {
        assertWithin(BAND, streamed(gpus.getFirst(), SHAPES), streamed(gpus.getFirst(), RunShapes.EXACT));
    }

    @Test
    void givesTheSameBitsRunAfterRun() throws Exception {
        assertThat(streamed(gpus.getFirst(), SHAPES)).isEqualTo(streamed(gpus.getFirst(), SHAPES));
    }

    @Test
    void givesTheSameLogitsWhicheverGpuTakesTheNextRow() throws Exception {
        assertWithin(
                BAND,
                streamed(List.of(gpus.getFirst(), gpus.getLast()), SHAPES),
                streamed(Placement.CPU, RunShapes.EXACT));
    }

    @Test
    void givesTheEncodersLogitsWithinTheBandOfTheCpus() throws Exception {
        assertWithin(ENCODER_BAND, windows(gpus.getFirst(), SHAPES), windows(Placement.CPU, RunShapes.EXACT));
    }

    @Test
    void paddingToAShapeMovesNoLogitOfTheEncoderByMoreThanTheBand() throws Exception {
        assertWithin(ENCODER_BAND, windows(gpus.getFirst(), SHAPES), windows(gpus.getFirst(), RunShapes.EXACT));
    }

    /** Says how fast it was and demands nothing of it: it is there to show a GPU that is not used at all. */
    @Test
    void scoresFullRunsOfEveryShape() throws Exception {
        StreamingExpert expert = StreamingSessionTest.causal();
        try (StreamingSession session = StreamingSession.open(expert, gpus.getFirst(), SHAPES, SLOTS)) {
            session.warm();
            List<StateArena.Slot> slots = new ArrayList<>();
            for (int i = 0; i < SLOTS; i++) {
                slots.add(session.states().acquire().orElseThrow());
            }
            for (int count : new int[] {1, 8, 64}) {
                int[] ids = new Random(count)
                        .ints(count, 1000, expert.tokenizer().vocabularySize())
                        .toArray();
                int runs = 200;
                long started = System.nanoTime();
                for (int run = 0; run < runs; run++) {
                    List<TokenRow> rows = slots.stream()
                            .map(slot -> new TokenRow(slot, ids, count, false))
                            .toList();
                    session.score(rows);
                    assertThat(rows).noneMatch(TokenRow::failed);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                System.out.printf(
                        "%s on %s, %d rows of %d: %.0f tokens/s, %.2f ms a run%n",
                        expert.name(),
                        gpus.getFirst().label(),
                        SLOTS,
                        count,
                        runs * SLOTS * count / seconds,
                        1000 * seconds / runs);
            }
        }
    }

    private static void assertWithin(float band, List<Float> found, List<Float> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).as("logit %d", i).isCloseTo(expected.get(i), within(band));
        }
    }

    private static List<Float> streamed(Placement placement, RunShapes shapes) throws Exception {
        return streamed(List.of(placement), shapes);
    }

    /** The logits of one long stream, its rows taken by a session on each of these in turn. */
    private static List<Float> streamed(List<Placement> placements, RunShapes shapes) throws Exception {
        StreamingExpert expert = StreamingSessionTest.causal().withoutKernel();
        Random random = new Random(1);
        List<StreamingSession> sessions = new ArrayList<>();
        List<Float> logits = new ArrayList<>();
        try {
            for (Placement placement : placements) {
                sessions.add(
                        sessions.isEmpty()
                                ? StreamingSession.open(expert, placement, shapes, 1)
                                : StreamingSession.open(
                                        expert,
                                        placement,
                                        shapes,
                                        sessions.getFirst().states()));
            }
            StateArena.Slot slot = sessions.getFirst().states().acquire().orElseThrow();
            for (int turn = 0; turn < 40; turn++) {
                int count = 1 + random.nextInt(expert.maxTokens());
                int[] ids = random.ints(count, 1000, expert.tokenizer().vocabularySize())
                        .toArray();
                StreamingSession session = sessions.get(turn % sessions.size());
                session.score(List.of(new TokenRow(slot, ids, count, false)));
                for (int i = 0; i < count * expert.categories().size(); i++) {
                    logits.add(session.logit(0, i));
                }
            }
        } finally {
            sessions.forEach(StreamingSession::close);
        }
        return logits;
    }

    /** The logits of windows of every length, each alone and among others of its length. */
    private static List<Float> windows(Placement placement, RunShapes shapes) throws Exception {
        WindowedExpert expert = WindowedSessionTest.minilm();
        List<Float> logits = new ArrayList<>();
        try (WindowedSession session = WindowedSession.open(expert, placement, shapes)) {
            for (int count = 3; count <= expert.windowTokens(); count++) {
                for (int others : new int[] {0, 4}) {
                    List<WindowRow> rows = new ArrayList<>();
                    for (int i = 0; i <= others; i++) {
                        rows.add(WindowedSessionTest.row(count, 7 + i));
                    }
                    session.score(rows);
                    for (int i = 0; i < rows.size() * expert.categories().size(); i++) {
                        logits.add(session.logit(i));
                    }
                }
            }
        }
        return logits;
    }
}
