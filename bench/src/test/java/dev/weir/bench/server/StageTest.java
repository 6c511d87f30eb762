package dev.weir.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StageTest {

    @Test
    void countsWhatServesAllForWhoCalledIt() {
        assertThat(Stage.ofStack(List.of(
                        "java.util.HashMap",
                        "com.fasterxml.jackson.core.json.WriterBasedJsonGenerator",
                        "dev.weir.protocol.JsonCodec",
                        "dev.weir.engine.gateway.Outbox",
                        "akka.actor.typed.internal.ActorAdapter")))
                .isEqualTo(Stage.GATEWAY);
        assertThat(Stage.ofStack(List.of(
                        "com.fasterxml.jackson.core.json.WriterBasedJsonGenerator",
                        "dev.weir.engine.ledger.EntryBody",
                        "akka.stream.Map")))
                .isEqualTo(Stage.LEDGER);
    }

    @Test
    void goesByTheLongestName() {
        assertThat(Stage.ofClass("dev.weir.engine.stream.TextCursor")).contains(Stage.TOKENIZER);
        assertThat(Stage.ofClass("dev.weir.engine.stream.StreamSession")).contains(Stage.ACTORS);
        assertThat(Stage.ofClass("dev.weir.models.StreamingSession")).contains(Stage.BATCHING);
        assertThat(Stage.ofClass("java.lang.String")).isEmpty();
    }

    /** A class that was renamed would quietly count for another stage. */
    @Test
    void namesOnlyOwnClassesThatExist() {
        assertThat(Stage.CLASSES.keySet())
                .filteredOn(name -> name.startsWith("dev.weir.") && !name.endsWith("."))
                .allSatisfy(name -> assertThatCode(() -> Class.forName(name, false, StageTest.class.getClassLoader()))
                        .doesNotThrowAnyException());
    }

    @Test
    void callsAStackOfNobodyOther() {
        assertThat(Stage.ofStack(List.of("java.lang.Thread"))).isEqualTo(Stage.OTHER);
    }

    @Property
    void costsAddUpToWhatTheKernelCounted(
            @ForAll @IntRange(max = 500) int jit,
            @ForAll @IntRange(max = 500) int gc,
            @ForAll @IntRange(max = 100) int jvm,
            @ForAll @IntRange(max = 1_000) int onnx,
            @ForAll @IntRange(max = 1_000) int actors) {
        Map<Stage, Double> costs =
                StageCosts.split(2_000, jit, gc, jvm, Map.of(Stage.ONNX, (long) onnx, Stage.ACTORS, (long) actors));
        assertThat(costs.values().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(2_000, within(1e-6));
    }

    @Test
    void splitsWhatHasNoThreadOfItsOwnBySamples() {
        Map<Stage, Double> costs = StageCosts.split(1_000, 100, 50, 50, Map.of(Stage.ONNX, 30L, Stage.GATEWAY, 10L));
        assertThat(costs)
                .containsEntry(Stage.ONNX, 600.0)
                .containsEntry(Stage.GATEWAY, 200.0)
                .containsEntry(Stage.JIT, 100.0)
                .containsEntry(Stage.GC, 50.0)
                .containsEntry(Stage.OTHER, 50.0);
    }
}
