package dev.weir.engine.batching;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.models.Placement;
import dev.weir.models.RunShapes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchingProfilesTest {

    private final List<String> problems = new ArrayList<>();

    @Test
    void hasTheseDefaults() {
        BatchingProfiles profiles = profiles("");
        assertThat(profiles.of(Placement.CPU)).isEqualTo(new BatchingSettings(64, 128, RunShapes.EXACT));
        assertThat(profiles.of(new Placement.Gpu(1, 0, false)))
                .isEqualTo(new BatchingSettings(
                        64, 16384, new RunShapes(List.of(1, 8, 32, 64), List.of(32, 64, 128, 256))));
        assertThat(problems).isEmpty();
    }

    @Test
    void saysWhereABoundBelongsThatIsForNoDevice() {
        profiles("max-batch-size = 32");
        assertThat(problems)
                .containsExactly(
                        "weir.batching.max-batch-size: 32 (expected: weir.batching.cpu.max-batch-size for runs on"
                                + " the CPU, weir.batching.cuda.max-batch-size for those on a GPU)");
    }

    @Test
    void namesEveryBoundThatIsWrong() {
        profiles("cpu.max-batch-size = 0, cuda { max-padded-tokens = 0, shapes { rows = [8, 1] } }");
        assertThat(problems)
                .containsExactly(
                        "weir.batching.cpu.max-batch-size: 0 (expected: >= 1)",
                        "weir.batching.cuda.max-padded-tokens: 0 (expected: >= 1)",
                        "weir.batching.cuda.shapes.rows: [8, 1] (expected: ascending, from 1 up)");
    }

    @Test
    void refusesShapesThatPadOnlyOneWay() {
        profiles("cpu.shapes.rows = [8]");
        assertThat(problems)
                .containsExactly("weir.batching.cpu.shapes: rows [8], tokens [] (expected: both, or neither)");
    }

    private BatchingProfiles profiles(String written) {
        Config reference = ConfigFactory.defaultReference().getConfig("weir.batching");
        return BatchingProfiles.from(ConfigFactory.parseString(written).withFallback(reference), problems);
    }
}
