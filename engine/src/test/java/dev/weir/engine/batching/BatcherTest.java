package dev.weir.engine.batching;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.expert.ExpertSession.Row;
import dev.weir.models.RunShapes;
import dev.weir.models.WindowRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private final TestInbox<ExpertSession.Command> expert = TestInbox.create();
    private final TestInbox<ExpertSession.Reply> stream = TestInbox.create();
    private final BehaviorTestKit<Batcher.Command> batcher =
            BehaviorTestKit.create(Batcher.create(new BatchingSettings(8, 64), expert.getRef()));
    private long clock;

    @Test
    void aLoneRowLeavesAtOnce() {
        Row first = row(1, false);
        batcher.run(new Batcher.Score(first));
        assertThat(nextRun()).containsExactly(first);
    }

    @Test
    void sendsWhateverWaitedAsOneBatchTheMomentTheExpertIsFree() {
        batcher.run(new Batcher.Score(row(1, false)));
        ActorRef<ExpertSession.Ran> free = takeRun().replyTo();
        Row second = row(1, false);
        Row third = row(2, false);
        batcher.run(new Batcher.Score(second));
        batcher.run(new Batcher.Score(third));
        assertThat(expert.hasMessages()).isFalse();
        finish(free);
        assertThat(nextRun()).containsExactly(second, third);
    }

    @Test
    void rowsAReaderWaitsForGoFirst() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row monitored = row(1, false);
        Row held = row(1, true);
        batcher.run(new Batcher.Score(monitored));
        batcher.run(new Batcher.Score(held));
        finish(free);
        assertThat(nextRun()).containsExactly(held, monitored);
    }

    @Test
    void doesNotPadATokenToTheLengthOfAWindow() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row token = row(1, false);
        Row window = row(60, false);
        batcher.run(new Batcher.Score(token));
        batcher.run(new Batcher.Score(window));
        finish(free);
        assertThat(nextRun()).containsExactly(token);
    }

    @Test
    void staysWithinTheBudgetOfPaddedTokens() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        for (int i = 0; i < 6; i++) {
            batcher.run(new Batcher.Score(row(16, false)));
        }
        finish(free);
        assertThat(nextRun()).hasSize(4);
    }

    @Test
    void nothingStarvesBehindRowsThatReadersWaitFor() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row monitored = row(60, false);
        batcher.run(new Batcher.Score(monitored));
        List<Row> scored = new ArrayList<>();
        for (int run = 0; run < 8; run++) {
            batcher.run(new Batcher.Score(row(1, true)));
            finish(free);
            scored.addAll(nextRun());
        }
        assertThat(scored).contains(monitored);
    }

    @Test
    void aRetiredBatcherAnswersEveryRowAsFailed() {
        keepBusy();
        Row waiting = row(1, false);
        batcher.run(new Batcher.Score(waiting));
        batcher.run(new Batcher.Retire());
        Row late = row(1, false);
        batcher.run(new Batcher.Score(late));
        assertThat(stream.getAllReceived())
                .containsExactly(new ExpertSession.Failed(waiting), new ExpertSession.Failed(late));
    }

    @Test
    void sendsABatchToWhicheverSessionIsFree() {
        TestInbox<ExpertSession.Command> other = join(new BatchingSettings(8, 64));
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row second = row(1, false);
        batcher.run(new Batcher.Score(second));
        assertThat(((ExpertSession.Run) other.receiveMessage()).rows()).containsExactly(second);
        Row third = row(1, false);
        batcher.run(new Batcher.Score(third));
        assertThat(other.hasMessages()).isFalse();
        finish(free);
        assertThat(nextRun()).containsExactly(third);
    }

    @Test
    void keepsTheRunsOfEachSessionWithinItsOwnBounds() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        for (int i = 0; i < 6; i++) {
            batcher.run(new Batcher.Score(row(1, false)));
        }
        TestInbox<ExpertSession.Command> small = join(new BatchingSettings(2, 64));
        assertThat(((ExpertSession.Run) small.receiveMessage()).rows()).hasSize(2);
        finish(free);
        assertThat(nextRun()).hasSize(4);
    }

    @Test
    void countsThePaddingThatShapesAdd() {
        RunShapes shapes = new RunShapes(List.of(1, 4), List.of(32));
        keepBusy();
        batcher.run(new Batcher.Score(row(1, false)));
        batcher.run(new Batcher.Score(row(1, false)));
        TestInbox<ExpertSession.Command> padded = join(new BatchingSettings(8, 2 * 32, shapes));
        assertThat(((ExpertSession.Run) padded.receiveMessage()).rows())
                .as("two rows of a token are padded to four of 32")
                .hasSize(1);
    }

    @Test
    void aSessionThatLeftGetsNoMoreRunsAndRowsWaitForOneToJoin() {
        batcher.run(new Batcher.Leave(expert.getRef()));
        assertThat(expert.receiveMessage()).isEqualTo(new ExpertSession.Close());
        Row waiting = row(1, false);
        batcher.run(new Batcher.Score(waiting));
        assertThat(expert.hasMessages()).isFalse();
        assertThat(((ExpertSession.Run) join(new BatchingSettings(8, 64)).receiveMessage()).rows())
                .containsExactly(waiting);
    }

    @Test
    void aSessionThatLeftWhileItRanIsNotFreeAfterwards() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        batcher.run(new Batcher.Leave(expert.getRef()));
        assertThat(expert.receiveMessage()).isEqualTo(new ExpertSession.Close());
        finish(free);
        batcher.run(new Batcher.Score(row(1, false)));
        assertThat(expert.hasMessages()).isFalse();
    }

    private TestInbox<ExpertSession.Command> join(BatchingSettings settings) {
        TestInbox<ExpertSession.Command> session = TestInbox.create("joined"); // refs are told apart by name
        batcher.run(new Batcher.Join(session.getRef(), settings));
        return session;
    }

    private ActorRef<ExpertSession.Ran> keepBusy() {
        batcher.run(new Batcher.Score(row(1, false)));
        return takeRun().replyTo();
    }

    private void finish(ActorRef<ExpertSession.Ran> free) {
        free.tell(new ExpertSession.Ran(expert.getRef()));
        batcher.runOne();
    }

    private ExpertSession.Run takeRun() {
        return (ExpertSession.Run) expert.receiveMessage();
    }

    private List<Row> nextRun() {
        return takeRun().rows();
    }

    private Row row(int tokens, boolean held) {
        return new ExpertSession.WindowedRow(new WindowRow(new int[tokens], tokens), 0, held, ++clock, stream.getRef());
    }
}
