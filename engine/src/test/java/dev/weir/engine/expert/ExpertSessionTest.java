package dev.weir.engine.expert;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.Device;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.StreamingSession;
import dev.weir.models.TokenRow;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertSessionTest {

    private static final int ID = 3;

    private final List<Runnable> oneLoop = new ArrayList<>();
    private final List<Runnable> otherLoop = new ArrayList<>();
    private final Executor oneThread = oneLoop::add;
    private final Executor otherThread = otherLoop::add;
    private final List<ExpertSession.Reply> answered = new ArrayList<>();
    private final TestInbox<ExpertSession.Broke> broke = TestInbox.create();
    private final TestInbox<ExpertSession.Ran> ran = TestInbox.create();

    @TempDir
    private Path experts;

    /** One by one, the answers of a run would wake their event loop several times and leave in several writes. */
    @Test
    void answersTheRowsOfARunInOneTaskForEachThread() throws Exception {
        StreamingSession session = tiny();
        BehaviorTestKit<ExpertSession.Command> actor = actor(session, 1);
        ExpertSession.Row first = row(session.states(), oneThread);
        ExpertSession.Row second = row(session.states(), otherThread);
        ExpertSession.Row third = row(session.states(), oneThread);
        actor.run(new ExpertSession.Run(List.of(first, second, third), ran.getRef()));
        actor.run(new ExpertSession.Close());
        assertThat(answered).isEmpty();
        assertThat(oneLoop).hasSize(1);
        assertThat(otherLoop).hasSize(1);
        oneLoop.getFirst().run();
        assertThat(answered).containsExactly(new ExpertSession.Scored(first), new ExpertSession.Scored(third));
    }

    /**
     * Five streams that were cut off one after the other, each with a row on its way, had the expert closed for everybody:
     * their runs scored nothing, and were taken for failures of its own.
     */
    @Test
    void streamsThatLeaveBeforeTheirRunDoNotBreakTheSession() throws Exception {
        StreamingSession session = tiny();
        BehaviorTestKit<ExpertSession.Command> actor = actor(session, 2);
        List<ExpertSession.Row> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ExpertSession.TokensRow row = row(session.states(), oneThread);
            session.states().release(row.row().slot());
            rows.add(row);
            actor.run(new ExpertSession.Run(List.of(row), ran.getRef()));
        }
        assertThat(broke.hasMessages()).isFalse();
        assertThat(ran.getAllReceived()).hasSize(3);
        oneLoop.forEach(Runnable::run);
        assertThat(answered)
                .containsExactlyElementsOf(
                        rows.stream().map(ExpertSession.Failed::new).toList());
        for (int i = 0; i < 2; i++) {
            ExpertSession.Row unknown = row(session.states(), oneThread, 7);
            actor.run(new ExpertSession.Run(List.of(unknown), ran.getRef()));
        }
        assertThat(broke.receiveMessage().failures()).isEqualTo(2);
        actor.run(new ExpertSession.Close());
    }

    private StreamingSession tiny() throws Exception {
        copy(Path.of(System.getProperty("weir.repository"), "models/src/test/resources/tiny-expert"));
        StreamingExpert expert =
                (StreamingExpert) ExpertLibrary.load(experts).named("tiny").orElseThrow();
        return StreamingSession.open(expert, Device.CPU, 8);
    }

    private BehaviorTestKit<ExpertSession.Command> actor(StreamingSession session, int failuresToBreak) {
        return BehaviorTestKit.create(ExpertSession.create(
                "tiny",
                new ExpertRun.Streaming(session),
                failuresToBreak,
                broke.getRef(),
                new Telemetry(new SimpleMeterRegistry())));
    }

    private ExpertSession.TokensRow row(StateArena states, Executor thread) {
        return row(states, thread, ID);
    }

    private ExpertSession.TokensRow row(StateArena states, Executor thread, int... ids) {
        TokenRow row = new TokenRow(states.acquire().orElseThrow(), ids, ids.length, false);
        Asker asker = new Asker(answered::add, Allotment.unlimited(), thread, thread);
        return new ExpertSession.TokensRow(row, 0, Urgency.SHOWN, 0, asker);
    }

    private void copy(Path expert) throws IOException {
        Path to = Files.createDirectory(experts.resolve("tiny"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(expert)) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
