package dev.weir.engine.batching;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.expert.ExpertSession.Row;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.RunShapes;
import dev.weir.models.WindowRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private final TestInbox<ExpertSession.Command> expert = TestInbox.create();
    private final TestInbox<ExpertSession.Reply> stream = TestInbox.create();
    private final Asker asker = new Asker(stream.getRef()::tell, Allotment.unlimited(), "connection", Runnable::run);
    private long clock;
    private final Overload overload = new Overload(
            new OverloadSettings(true, Duration.ofNanos(10), Duration.ofNanos(100), Duration.ofNanos(1000)),
            () -> clock);
    private final QueueLoad load = overload.newQueue("expert", true);
    private final BehaviorTestKit<Batcher.Command> batcher =
            BehaviorTestKit.create(Batcher.create(new BatchingSettings(8, 64), expert.getRef(), load));

    @Test
    void aLoneRowLeavesAtOnce() {
        Row first = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(first));
        assertThat(nextRun()).containsExactly(first);
    }

    @Test
    void sendsWhateverWaitedAsOneBatchTheMomentTheExpertIsFree() {
        tell(new Batcher.Score(row(1, Urgency.MONITORED)));
        ActorRef<ExpertSession.Ran> free = takeRun().replyTo();
        Row second = row(1, Urgency.MONITORED);
        Row third = row(2, Urgency.MONITORED);
        tell(new Batcher.Score(second));
        tell(new Batcher.Score(third));
        assertThat(expert.hasMessages()).isFalse();
        finish(free);
        assertThat(nextRun()).containsExactly(second, third);
    }

    @Test
    void rowsAReaderWaitsForGoFirst() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row monitored = row(1, Urgency.MONITORED);
        Row held = row(1, Urgency.HELD);
        tell(new Batcher.Score(monitored));
        tell(new Batcher.Score(held));
        finish(free);
        assertThat(nextRun()).containsExactly(held, monitored);
    }

    @Test
    void rowsThatNobodyAttendsToWaitForAllOthers() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row unattended = row(1, Urgency.UNATTENDED);
        Row monitored = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(unattended));
        tell(new Batcher.Score(monitored));
        finish(free);
        assertThat(nextRun()).containsExactly(monitored, unattended);
    }

    @Test
    void doesNotPadATokenToTheLengthOfAWindow() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row token = row(1, Urgency.MONITORED);
        Row window = row(60, Urgency.MONITORED);
        tell(new Batcher.Score(token));
        tell(new Batcher.Score(window));
        finish(free);
        assertThat(nextRun()).containsExactly(token);
    }

    @Test
    void staysWithinTheBudgetOfPaddedTokens() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        for (int i = 0; i < 6; i++) {
            tell(new Batcher.Score(row(16, Urgency.MONITORED)));
        }
        finish(free);
        assertThat(nextRun()).hasSize(4);
    }

    @Test
    void nothingStarvesBehindRowsThatReadersWaitFor() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row monitored = row(60, Urgency.MONITORED);
        tell(new Batcher.Score(monitored));
        List<Row> scored = new ArrayList<>();
        for (int run = 0; run < 8; run++) {
            tell(new Batcher.Score(row(1, Urgency.HELD)));
            finish(free);
            scored.addAll(nextRun());
        }
        assertThat(scored).contains(monitored);
    }

    @Test
    void aRetiredBatcherAnswersEveryRowAsFailed() {
        keepBusy();
        Row waiting = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(waiting));
        tell(new Batcher.Retire());
        Row late = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(late));
        assertThat(stream.getAllReceived())
                .containsExactly(new ExpertSession.Failed(waiting), new ExpertSession.Failed(late));
    }

    @Test
    void sendsABatchToWhicheverSessionIsFree() {
        TestInbox<ExpertSession.Command> other = join(new BatchingSettings(8, 64));
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row second = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(second));
        assertThat(((ExpertSession.Run) other.receiveMessage()).rows()).containsExactly(second);
        Row third = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(third));
        assertThat(other.hasMessages()).isFalse();
        finish(free);
        assertThat(nextRun()).containsExactly(third);
    }

    @Test
    void keepsTheRunsOfEachSessionWithinItsOwnBounds() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        for (int i = 0; i < 6; i++) {
            tell(new Batcher.Score(row(1, Urgency.MONITORED)));
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
        tell(new Batcher.Score(row(1, Urgency.MONITORED)));
        tell(new Batcher.Score(row(1, Urgency.MONITORED)));
        TestInbox<ExpertSession.Command> padded = join(new BatchingSettings(8, 2 * 32, shapes));
        assertThat(((ExpertSession.Run) padded.receiveMessage()).rows())
                .as("two rows of a token are padded to four of 32")
                .hasSize(1);
    }

    @Test
    void aSessionThatLeftGetsNoMoreRunsAndRowsWaitForOneToJoin() {
        tell(new Batcher.Leave(expert.getRef()));
        assertThat(expert.receiveMessage()).isEqualTo(new ExpertSession.Close());
        Row waiting = row(1, Urgency.MONITORED);
        tell(new Batcher.Score(waiting));
        assertThat(expert.hasMessages()).isFalse();
        assertThat(((ExpertSession.Run) join(new BatchingSettings(8, 64)).receiveMessage()).rows())
                .containsExactly(waiting);
    }

    @Test
    void aSessionThatLeftWhileItRanIsNotFreeAfterwards() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        tell(new Batcher.Leave(expert.getRef()));
        assertThat(expert.receiveMessage()).isEqualTo(new ExpertSession.Close());
        finish(free);
        tell(new Batcher.Score(row(1, Urgency.MONITORED)));
        assertThat(expert.hasMessages()).isFalse();
    }

    private TestInbox<ExpertSession.Command> join(BatchingSettings settings) {
        TestInbox<ExpertSession.Command> session = TestInbox.create("joined"); // refs are told apart by name
        tell(new Batcher.Join(session.getRef(), settings));
        return session;
    }

    @Test
    void aRowNearAStopGoesBeforeThoseThatReadersWaitFor() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Row held = row(1, Urgency.HELD);
        Row near = row(1, Urgency.NEAR_STOP);
        tell(new Batcher.Score(held));
        tell(new Batcher.Score(near));
        finish(free);
        assertThat(nextRun()).containsExactly(near, held);
    }

    @Test
    void rowsOfAStreamThatIsOverAreNotScored() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        Asker over = new Asker(stream.getRef()::tell, Allotment.unlimited(), "connection", Runnable::run);
        Row wanted = row(1, Urgency.HELD);
        tell(new Batcher.Score(row(1, Urgency.HELD, over)));
        tell(new Batcher.Score(wanted));
        over.leave();
        finish(free);
        assertThat(nextRun()).containsExactly(wanted);
        assertThat(stream.hasMessages()).isFalse();
    }

    /** The queue's age is that of the row that is left behind, not of those an urgent run takes. */
    @Test
    void tellsHowLongTheOldestRowHasWaited() {
        ActorRef<ExpertSession.Ran> free = keepBusy();
        tell(new Batcher.Score(row(60, Urgency.MONITORED)));
        clock += 50;
        tell(new Batcher.Score(row(1, Urgency.HELD)));
        overload.look(0);
        finish(free);
        overload.look(0);
        assertThat(overload.level()).isEqualTo(Level.ASLEEP);
    }

    @Test
    void rowsThatCameTogetherLeaveTogether() {
        Row first = row(1, Urgency.MONITORED);
        Row second = row(1, Urgency.MONITORED);
        batcher.run(new Batcher.Score(first));
        batcher.run(new Batcher.Score(second));
        settle();
        assertThat(nextRun()).containsExactly(first, second);
    }

    private void tell(Batcher.Command command) {
        batcher.run(command);
        settle();
    }

    /** Lets it do what it told itself to do. */
    private void settle() {
        while (batcher.selfInbox().hasMessages()) {
            batcher.runOne();
        }
    }

    private ActorRef<ExpertSession.Ran> keepBusy() {
        tell(new Batcher.Score(row(1, Urgency.MONITORED)));
        return takeRun().replyTo();
    }

    private void finish(ActorRef<ExpertSession.Ran> free) {
        free.tell(new ExpertSession.Ran(expert.getRef()));
        settle();
    }

    private ExpertSession.Run takeRun() {
        return (ExpertSession.Run) expert.receiveMessage();
    }

    private List<Row> nextRun() {
        return takeRun().rows();
    }

    private Row row(int tokens, Urgency urgency) {
        return row(tokens, urgency, asker);
    }

    private Row row(int tokens, Urgency urgency, Asker from) {
        return new ExpertSession.WindowedRow(new WindowRow(new int[tokens], tokens), 0, urgency, ++clock, from);
    }
}
