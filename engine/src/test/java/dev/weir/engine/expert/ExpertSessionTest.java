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

    @TempDir
    private Path experts;

    /** One by one, the answers of a run would wake their event loop several times and leave in several writes. */
    @Test
    void answersTheRowsOfARunInOneTaskForEachThread() throws Exception {
        copy(Path.of(System.getProperty("weir.repository"), "models/src/test/resources/tiny-expert"));
        StreamingExpert expert =
                (StreamingExpert) ExpertLibrary.load(experts).named("tiny").orElseThrow();
        StreamingSession session = StreamingSession.open(expert, Device.CPU, 8);
        BehaviorTestKit<ExpertSession.Command> actor = BehaviorTestKit.create(ExpertSession.create(
                "tiny",
                new ExpertRun.Streaming(session),
                1,
                TestInbox.<ExpertSession.Broke>create().getRef(),
                new Telemetry(new SimpleMeterRegistry())));
        ExpertSession.Row first = row(session.states(), oneThread);
        ExpertSession.Row second = row(session.states(), otherThread);
        ExpertSession.Row third = row(session.states(), oneThread);
        actor.run(new ExpertSession.Run(
                List.of(first, second, third),
                TestInbox.<ExpertSession.Ran>create().getRef()));
        actor.run(new ExpertSession.Close());
        assertThat(answered).isEmpty();
        assertThat(oneLoop).hasSize(1);
        assertThat(otherLoop).hasSize(1);
        oneLoop.getFirst().run();
        assertThat(answered).containsExactly(new ExpertSession.Scored(first), new ExpertSession.Scored(third));
    }

    private ExpertSession.Row row(StateArena states, Executor thread) {
        int[] ids = {ID};
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
