package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowedSessionTest {
    @TempDir
    private Path experts;

    static WindowedExpert minilm() throws ExpertLoadException {
        Path experts = Path.of(System.getProperty("weir.repository", "..")).resolve("models/experts");
        return (WindowedExpert) ExpertLibrary.load(experts).named("minilm").orElseThrow();
    }

    static WindowRow row(int count, int seed) {
        int[] ids = new Random(seed).ints(count, 1000, 30000).toArray();
        ids[0] = 101;
        ids[count - 1] = 102;
        return new WindowRow(ids, count);
    }

    @Test
    void givesARowTheSameBitsAloneAndAmongOthers() throws Exception {
        WindowedExpert expert = minilm();
        int categories = expert.categories().size();
        try (WindowedSession session = WindowedSession.open(expert, Device.CPU)) {
            for (int count : new int[] {2, 3, 5, 10, 14, 16, 17, 18, 26, 34, 50, 63, 64}) {
                session.score(List.of(row(count, 7)));
                List<Integer> alone = new ArrayList<>();
                for (int c = 0; c < categories; c++) {
                    alone.add(Float.floatToRawIntBits(session.logit(c)));
                }
                for (int others = 1; others < 8; others += 2) {
                    List<WindowRow> rows = new ArrayList<>();
                    for (int i = 0; i < others; i++) {
                        rows.add(row(count, 100 + i));
                    }
                    rows.add(row(count, 7));
                    session.score(rows);
                    List<Integer> among = new ArrayList<>();
                    for (int c = 0; c < categories; c++) {
                        among.add(Float.floatToRawIntBits(session.logit(others * categories + c)));
                    }
                    assertThat(among).as("%d tokens beside %d", count, others).isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void scoresRowsOfAllLengthsInOneCall() throws Exception {
        try (WindowedSession session = WindowedSession.open(minilm(), Device.CPU)) {
            WindowRow alone = row(20, 7);
            session.score(List.of(alone));
            WindowRow among = row(20, 7);
            session.score(List.of(row(64, 1), row(5, 2), among, row(33, 3)));
            for (int c = 0; c < 17; c++) {
                assertThat(among.vote(c)).isEqualTo(alone.vote(c));
            }
        }
    }

    /** Attention adds over more padding, perhaps in another order: the last bits may differ. */
    @Test
    void givesTheSameLogitsInARunPaddedToAShapeButForTheLastBits() throws Exception {
        WindowedExpert expert = minilm();
        RunShapes shapes = new RunShapes(List.of(4), List.of(32));
        try (WindowedSession exact = WindowedSession.open(expert, Device.CPU);
                WindowedSession padded = WindowedSession.open(expert, Placement.CPU, shapes)) {
            padded.warm();
            for (int count : new int[] {3, 20, 40}) {
                exact.score(List.of(row(count, 7)));
                padded.score(List.of(row(count, 7)));
                for (int c = 0; c < expert.categories().size(); c++) {
                    assertThat(padded.logit(c)).isCloseTo(exact.logit(c), within(1e-4f));
                }
            }
        }
    }

    /** What the training recipe's rounding gives in torch, which may fall on the other side of a step. */
    @Test
    void givesTheLogitsOfTheRecipe() throws Exception {
        WindowedExpert expert = minilm();
        Path golden = Path.of(System.getProperty("weir.repository", ".."), "models/training/golden-windows.jsonl");
        try (WindowedSession session = WindowedSession.open(expert, Device.CPU)) {
            for (String line : Files.readAllLines(golden)) {
                JsonNode window = new ObjectMapper().readTree(line);
                int[] ids = window.path("ids")
                        .valueStream()
                        .mapToInt(JsonNode::asInt)
                        .toArray();
                session.score(List.of(new WindowRow(ids, ids.length)));
                for (int c = 0; c < expert.categories().size(); c++) {
                    assertThat(session.logit(c))
                            .as("%s of %d tokens", expert.categories().get(c), ids.length)
                            .isCloseTo((float) window.path("logits").path(c).asDouble(), within(0.4f));
                }
            }
        }
    }

    @Test
    void doesNotLoadWithAnEncoderThatIsNotTheOneOfItsManifest() throws Exception {
        Path shipped = minilm().folder();
        Path folder = Files.createDirectories(experts.resolve("minilm"));
        for (String file : List.of("expert.json", "head.onnx")) {
            Files.copy(shipped.resolve(file), folder.resolve(file));
        }
        Files.copy(
                shipped.resolveSibling("causal").resolve("vocab.txt"),
                Files.createDirectories(experts.resolve("causal")).resolve("vocab.txt"));
        Files.write(folder.resolve("encoder.onnx"), new byte[] {1});
        assertThat(catchThrowableOfType(ExpertLoadException.class, () -> ExpertLibrary.load(experts))
                        .problems())
                .anyMatch(problem -> problem.startsWith("expert minilm: model encoder.onnx with sha256 "));
    }
}
