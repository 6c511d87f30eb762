package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.warmup.Conversation;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoScreenTest {

    private static final Terminal.Size WINDOW = new Terminal.Size(100, 32);

    private final DemoScene scene = scene("insults");

    @Test
    void showsOnlyWhatTheReaderWasGiven() {
        scene.onSend(30, 0);
        scene.onMessage(new ServerMessage.Released("insults", 12, 0.35), 5);
        scene.onShown("Dear reader, ");
        String drawn = draw(List.of(scene), WINDOW);
        assertThat(drawn).contains("Dear reader,").contains("0.35").doesNotContain("worthless");
    }

    @Test
    void saysWhereAStreamWasStoppedAndWhy() {
        scene.onSend(30, 0);
        scene.onOutcome(stopped(), 9);
        assertThat(draw(List.of(scene), WINDOW)).contains("1 stopped").contains("stopped at 24 harassment");
    }

    @Test
    void drawsNothingWiderThanTheWindow() {
        scene.onSend(30, 0);
        scene.onShown("word ".repeat(100));
        for (int columns : new int[] {40, 80, 200}) {
            Terminal.Size window = new Terminal.Size(columns, 32);
            assertThat(draw(List.of(scene), window).lines())
                    .allSatisfy(line ->
                            assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void showsTheScenesBegunLastWhereTheWindowIsTooLow() {
        List<DemoScene> scenes = new ArrayList<>(
                IntStream.range(0, 24).mapToObj(i -> scene("scene-" + i)).toList());
        scenes.subList(0, 20).forEach(begun -> begun.onSend(3, 0));
        String drawn = draw(scenes, new Terminal.Size(100, 12));
        assertThat(drawn.lines().count()).isLessThan(12);
        assertThat(drawn).contains("scene-19").doesNotContain("scene-12");
    }

    @Test
    void measuresFromTheIntendedMomentOfADeltaToTheReleaseThatCoversIt() {
        scene.onSend(10, 1_000_000);
        scene.onSend(10, 2_000_000);
        scene.onMessage(new ServerMessage.Released("insults", 15, 0.1), 4_000_000);
        scene.onMessage(new ServerMessage.Released("insults", 20, 0.1), 9_000_000);
        assertThat(scene.delaysNanos()).containsExactly(3_000_000L, 7_000_000L);
    }

    @Test
    void readsTheSizeOfTheWindowAndMistrustsNonsense() {
        assertThat(Terminal.Size.parse("50 120\n")).isEqualTo(new Terminal.Size(120, 50));
        assertThat(Terminal.Size.parse("0 0")).isEqualTo(Terminal.Size.COMMON);
        assertThat(Terminal.Size.parse("")).isEqualTo(Terminal.Size.COMMON);
    }

    @Test
    void countsAMissedStopAndAnUnwantedOne() {
        DemoScene missed = scene("missed");
        missed.onOutcome(
                new Outcome.Ended(new ServerMessage.Ended("missed", 30, ServerMessage.Verdict.PASS, 0.4, "r")), 9);
        DemoScene unwanted = new DemoScene(new Conversation("calm", "history", "pass", "?", "A calm reply."));
        unwanted.onOutcome(stopped(), 9);
        scene.onOutcome(stopped(), 9);
        DemoSummary summary = DemoSummary.of(List.of(missed, unwanted, scene));
        assertThat(summary.asExpected()).isEqualTo(1);
        assertThat(summary.missed()).isEqualTo(1);
        assertThat(summary.falseStops()).isEqualTo(1);
    }

    private static DemoScene scene(String name) {
        return new DemoScene(new Conversation(name, "harassment", "stop", "?", "Dear reader, you are worthless."));
    }

    private static Outcome stopped() {
        return new Outcome.Stopped(new ServerMessage.Stopped(
                "insults",
                24,
                13,
                12,
                0,
                "harassment",
                List.of("harassment"),
                Severity.UNSAFE,
                0.97,
                null,
                "default@1",
                "Stopped.",
                "receipt"));
    }

    private static String draw(List<DemoScene> scenes, Terminal.Size window) {
        List<String> lines =
                DemoScreen.frame(scenes.stream().map(DemoScene::view).toList(), 1.5, window);
        return String.join("\n", lines).replaceAll("\033\\[[0-9;]*m", "");
    }
}
