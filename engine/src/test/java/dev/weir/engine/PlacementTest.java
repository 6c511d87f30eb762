package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.models.Device;
import dev.weir.models.PlacementSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Where experts run: what a configuration asks for, and what comes of it. */
class PlacementTest {

    private static final List<String> TEXTS = List.of(
            "You are a worthless piece of garbage and everybody here knows it. Shut up, you stupid idiot.",
            "The Battle of Verdun killed and wounded hundreds of thousands of soldiers.",
            "naïve Café, Zürich and a card, 4111 1111 1111 1111, expires soon.",
            "good bad worse ".repeat(40));

    @Test
    void hasTheseDefaults() throws StartException {
        EngineSettings settings = EngineSettings.from(Engines.config(""));
        assertThat(settings.placement()).isEqualTo(new PlacementSettings(Device.AUTO, List.of(), 0, false, 1));
        assertThat(settings.cpuStandsIn()).isTrue();
    }

    @Test
    void readsWhichGpusToUse() throws StartException {
        EngineSettings settings = EngineSettings.from(
                Engines.config("weir.models { gpus = [0, 2], gpu-memory-limit = 2 GiB, when-gpus-fail = asleep }"));
        assertThat(settings.placement().gpus()).containsExactly(0, 2);
        assertThat(settings.placement().gpuMemoryLimitBytes()).isEqualTo(2L << 30);
        assertThat(settings.cpuStandsIn()).isFalse();
    }

    @Test
    void namesEveryWrongValue() {
        StartException refused = catchThrowableOfType(
                StartException.class,
                () -> EngineSettings.from(Engines.config(
                        "weir.models { device = gpu, gpus = none, cpu-sessions = 0, when-gpus-fail = panic }")));
        assertThat(refused.problems())
                .containsExactlyInAnyOrder(
                        "weir.models.device: gpu (expected: auto, cpu or cuda)",
                        "weir.models.gpus: none (expected: auto, or numbers of GPUs such as [0, 1])",
                        "weir.models.cpu-sessions: 0 (expected: >= 1)",
                        "weir.models.when-gpus-fail: panic (expected: cpu or asleep)");
    }

    @Test
    void refusesToStartOnAGpuThatIsNotThere() {
        assumeNoGpu();
        StartException refused =
                catchThrowableOfType(StartException.class, () -> Engines.start("weir.models.device = cuda"));
        assertThat(refused.problems()).containsExactly("device cuda: no NVIDIA driver (no /dev/nvidiactl)");
        assertThat(refused.isWrongSettings()).isFalse();
    }

    @Test
    void fallsBackToTheCpuOnceAndSaysSoInALineAndInTheMetrics() throws StartException {
        assumeNoGpu();
        List<String> said = new ArrayList<>();
        try (Engine engine = Engine.start(Engines.config("weir.models.device = auto"), said::add)) {
            assertThat(said).filteredOn(line -> line.contains("device")).hasSize(1);
            assertThat(engine.registry().scrape())
                    .contains("weir_device_fallback 1.0")
                    .contains("weir_expert_sessions{device=\"cpu\",expert=\"causal\"} 1.0");
        }
        try (Engine engine = Engines.start("weir.models.device = cpu")) {
            assertThat(engine.registry().scrape()).contains("weir_device_fallback 0.0");
        }
    }

    /** The shipped experts: same bits, or some decision would show it. */
    @Test
    void severalSessionsDecideWhatOneDoes() throws StartException {
        List<String> one = decisions("weir.models.cpu-sessions = 1");
        List<String> two = decisions("weir.models.cpu-sessions = 2");
        assertThat(two).isEqualTo(one);
    }

    /** What padding costs on a CPU, and no more than that: the streaming expert is asked everything. */
    @Test
    void runsPaddedToShapesDecideWhatExactOnesDo() throws StartException {
        String streaming = "weir.models.experts = [lexicon, causal]\n";
        assertThat(decisions(streaming + "weir.batching.cpu.shapes { rows = [4, 64], tokens = [8, 32] }"))
                .isEqualTo(decisions(streaming));
    }

    /** Everything said about many streams at once, and the mixed votes on each of their tokens. */
    private static List<String> decisions(String settings) throws StartException {
        List<String> decisions = new ArrayList<>();
        try (Engine engine = Engines.start("weir.models.device = cpu\n" + settings)) {
            List<StreamRun> runs = new ArrayList<>();
            for (int round = 0; round < 8; round++) {
                for (String text : TEXTS) {
                    runs.add(StreamRun.of(
                            engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(text.split("(?<= )", -1))));
                }
            }
            for (StreamRun run : runs) {
                decisions.addAll(run.decisions());
                run.votes().forEach(votes -> decisions.add(Arrays.toString(votes)));
            }
        }
        return decisions;
    }

    private static void assumeNoGpu() {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is an NVIDIA driver");
    }
}
