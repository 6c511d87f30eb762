package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.engine.learning.FalseStopTally.Standing;
import dev.weir.engine.ledger.LedgerReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FalseStopTallyTest {

    /** So large that a few hundred streams show everything. */
    private static final double ALPHA = 0.1;

    private static final double DELTA = 0.05;

    @TempDir
    Path folder;

    private final FalseStopTally tally = new FalseStopTally();
    private ReviewedLedger ledger;
    private LedgerReader reader;

    @BeforeEach
    void open() throws IOException {
        ledger = new ReviewedLedger(folder.resolve("ledger.db"));
        reader = ledger.reader();
    }

    @AfterEach
    void close() {
        reader.close();
        ledger.close();
    }

    /** One wrong stop in a hundred is what a budget of 1 % allows, though all are reviewed in one go; one in ten is not. */
    @Test
    void weighsWrongStopsWhereTheyHappenedAndNotWhenTheyWereReviewed() {
        for (int i = 0; i < 1_000; i++) {
            ledger.stream("s" + i, "default@1", 1, i % 100 == 50 ? "stopped" : "pass");
            ledger.stream("t" + i, "default@1", 2, i % 10 == 5 ? "stopped" : "pass");
        }
        for (int i = 50; i < 1_000; i += 100) {
            ledger.review("stop-s" + i, "wrong_stop", "ann");
        }
        tally.read(reader);
        assertThat(tally.alarm("default@1", 1, 0.01, 1_000).sounds()).isFalse();
        assertThat(tally.alarm("default@1", 2, 0.01, 1_000).sounds())
                .as("stops that nobody reviewed")
                .isFalse();
        for (int i = 5; i < 1_000; i += 10) {
            ledger.review("stop-t" + i, "wrong_stop", "ann");
        }
        tally.read(reader);
        assertThat(tally.alarm("default@1", 2, 0.01, 1_000).sounds()).isTrue();
        for (int i = 5; i < 1_000; i += 10) {
            ledger.review("stop-t" + i, "right_stop", "ann");
        }
        tally.read(reader);
        assertThat(tally.alarm("default@1", 2, 0.01, 1_000).sounds())
                .as("reviewers changed their minds")
                .isFalse();
    }

    @Test
    void countsTheStopsOfEachPolicyUnderEachVersionOfWeightsAndWhatReviewersMakeOfThem() {
        ledger.stream("a", "default@1", 1, "pass");
        ledger.stream("b", "default@1", 1, "stopped");
        ledger.stream("c", "default@1", 1, "stopped");
        ledger.stream("d", "default@1", 1, "stopped");
        ledger.stream("e", "default@1", 1, "stopped");
        ledger.stream("f", "default@1", 2, "flagged");
        ledger.stream("g", "strict@3", 1, "stopped");
        ledger.review("stop-b", "wrong_stop", "ann");
        ledger.review("stop-c", "right_stop", "ann");
        ledger.review("stop-d", "wrong_stop", "ann");
        ledger.review("stop-d", "right_stop", "bob");
        ledger.review("end-a", "right_pass", "ann");
        assertThat(read())
                .extracting(
                        Standing::policy,
                        Standing::weights,
                        Standing::stops,
                        Standing::reviewed,
                        standing -> standing.now().streams(),
                        standing -> standing.now().wrong(),
                        standing -> standing.now().unreviewed())
                .containsExactly(
                        tuple("default@1", 1L, 4L, 2L, 5L, 1L, 2L),
                        tuple("default@1", 2L, 0L, 0L, 1L, 0L, 0L),
                        tuple("strict@3", 1L, 1L, 0L, 1L, 0L, 1L));
    }

    @Test
    void leavesOutStreamsThatCouldNotBeStoppedOrWereGivenUp() {
        ledger.stream("a", "monitor", "default@1", 1, "flagged", 20);
        ledger.stream("b", "gate", "default@1", 1, "cancelled", 20);
        ledger.stream("c", "gate", "default@1", 1, "abandoned", 20);
        ledger.stream("d", "gate", "default@1", 1, "idle", 20);
        ledger.stream("e", "gate", "default@1", 1, "pass", 0);
        ledger.stream("stopped for its prompt", "gate", "default@1", 1, "stopped", 0);
        ledger.stream("g", "stream", "default@1", 1, "pass", 1);
        assertThat(readOne().now().streams()).isEqualTo(2);
    }

    @Test
    void countsAResumedStreamOnceAndItsStopWhenItIsFirstStopped() {
        ledger.stream("a", "default@1", 1, "abandoned");
        ledger.stream("a", "default@1", 1, "pass");
        ledger.stream("a", "default@1", 1, "pass");
        assertThat(readOne().now().streams()).isEqualTo(1);
        ledger.stream("a", "default@1", 1, "stopped");
        ledger.stream("a", "default@1", 1, "stopped");
        assertThat(readOne().now().streams()).isEqualTo(2);
        assertThat(readOne().stops()).isEqualTo(1);
    }

    @Test
    void goesOnBehindWhatItHasReadAndTakesLateAndChangedReviews() {
        ledger.stream("a", "default@1", 1, "stopped");
        assertThat(readOne().now().unreviewed()).isEqualTo(1);
        ledger.review("stop-a", "wrong_stop", "ann");
        ledger.stream("b", "default@1", 1, "stopped");
        assertThat(readOne().now().wrong()).isEqualTo(1);
        ledger.review("stop-a", "right_stop", "ann");
        assertThat(readOne().now().wrong()).isZero();
        assertThat(readOne().now()).isEqualTo(FalseStopCertificate.of(ALPHA, DELTA, 2, 0, 1));
    }

    @Test
    void readInPartsComesToTheSameAsReadAtOnce() {
        for (int stream = 0; stream < 300; stream++) { // more than a page
            ledger.stream("s" + stream, "default@1", stream / 100, stream % 7 == 0 ? "stopped" : "pass");
            if (stream % 21 == 0) {
                ledger.review("stop-s" + stream, stream % 2 == 0 ? "wrong_stop" : "right_stop", "ann");
            }
            if (stream % 50 == 0) {
                tally.read(reader);
            }
        }
        List<Standing> inParts = read();
        FalseStopTally atOnce = new FalseStopTally();
        List<Long> sequences = new ArrayList<>();
        atOnce.read(reader, sequences::add);
        assertThat(inParts).isEqualTo(atOnce.standings(ALPHA, DELTA)).hasSize(3);
        assertThat(sequences).hasSize(300).isSorted();
    }

    @Test
    void staysCertifiedForTheStreamsUpToWhenItWasUnlessAReviewThereIsTakenBack() {
        passes(0, 30);
        ledger.stream("early", "default@1", 1, "stopped");
        ledger.review("stop-early", "right_stop", "ann");
        passes(30, 50);
        assertThat(readOne().isCertified()).isTrue();
        for (int stop = 0; stop < 10; stop++) {
            ledger.stream("late" + stop, "default@1", 1, "stopped");
            ledger.review("stop-late" + stop, "wrong_stop", "ann");
        }
        Standing after = readOne();
        assertThat(after.isCertified()).isTrue();
        assertThat(after.best().streams()).isEqualTo(51);
        assertThat(after.now().isCertified()).isFalse();
        assertThat(after.reviewsNeeded()).isZero();
        assertThat(after.streamsNeeded()).isZero();
        ledger.review("stop-early", "wrong_stop", "ann");
        assertThat(readOne().isCertified()).isFalse();
        assertThat(readOne().best().streams()).as("before the early one").isEqualTo(30);
    }

    @Test
    void expectsReviewsOfTheStopsAmongTheStreamsItStillNeeds() {
        passes(0, 9);
        ledger.stream("open", "default@1", 1, "stopped");
        Standing one = readOne();
        assertThat(one.streamsNeeded()).isEqualTo(one.now().streamsNeeded()).isBetween(20L, 60L);
        assertThat(one.reviewsNeeded()).isEqualTo(1 + (one.streamsNeeded() + 9) / 10);
    }

    private void passes(int from, int to) {
        for (int stream = from; stream < to; stream++) {
            ledger.stream("passed " + stream, "default@1", 1, "pass");
        }
    }

    private Standing readOne() {
        List<Standing> standings = read();
        assertThat(standings).hasSize(1);
        return standings.getFirst();
    }

    private List<Standing> read() {
        ledger.settle();
        tally.read(reader);
        return tally.standings(ALPHA, DELTA);
    }
}
