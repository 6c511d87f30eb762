package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The shipped experts on every GPU there is, warmed and ready. Left out unless the build has the profile gpu, and skipped
 * where it then finds no GPU: {@code mvn -Pgpu -Dgroups=gpu test}.
 */
@Tag("gpu")
class GpuEngineTest {

    /** Of a mixed vote, in log-odds: each vote keeps a sixteenth, and may be the next to the one of the CPU. */
    private static final double BAND = 0.125;

    private static final String TEXT = "You are a worthless piece of garbage and everybody at this table knows it. "
            + "The Battle of Verdun killed and wounded hundreds of thousands of soldiers. Shut up, you idiot. ";

    @BeforeEach
    void needsAGpu() {
        try (Engine engine = Engines.start("weir.models { device = cuda, experts = [lexicon, causal] }")) {
            assertThat(engine.openStreams()).isZero();
        } catch (StartException e) {
            Assumptions.abort("skipped, needs a GPU: " + e.problems());
        }
    }

    @Test
    void votesWithinTheBandOfTheCpuAndSaysThatItRunsOnAGpu() throws StartException {
        List<double[]> onCpu = votes("weir.models.device = cpu", "weir_expert_sessions{device=\"cpu\"");
        List<double[]> onGpu = votes("weir.models.device = cuda", "weir_expert_sessions{device=\"cuda:0\"");
        assertThat(onGpu).hasSameSizeAs(onCpu);
        for (int token = 0; token < onCpu.size(); token++) {
            for (int category = 0; category < onCpu.get(token).length; category++) {
                double expected = onCpu.get(token)[category];
                double found = onGpu.get(token)[category];
                assertThat(Double.isNaN(found)).isEqualTo(Double.isNaN(expected));
                if (!Double.isNaN(expected)) {
                    assertThat(Math.abs(found - expected))
                            .as("token %d, category %d", token, category)
                            .isLessThanOrEqualTo(BAND);
                }
            }
        }
    }

    @Test
    void scoresManyStreamsAtOnceAndLeavesNoneUnscored() throws StartException {
        try (Engine engine = Engines.start("weir.models.device = cuda")) {
            List<StreamRun> runs = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                runs.add(StreamRun.of(
                        engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(TEXT.split("(?<= )", -1))));
            }
            assertThat(runs)
                    .allSatisfy(run -> assertThat(run.terminal())
                            .isInstanceOfSatisfying(
                                    ServerMessage.Ended.class,
                                    ended -> assertThat(ended.unscored()).isFalse()));
        }
    }

    /** No window is asked about by its risk, which may fall on either side of the band; a tenth by the text. */
    private static List<double[]> votes(String device, String metric) throws StartException {
        String cascade = "\nweir.cascade { from-risk = 0.999, to-risk = 1.0, share = 0.1 }";
        try (Engine engine = Engines.start(device + cascade)) {
            assertThat(engine.registry().scrape()).contains(metric);
            return StreamRun.of(engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(TEXT))
                    .votes();
        }
    }
}
