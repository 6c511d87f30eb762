package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowedSessionTest {
    private static final String LAST_NORM = "encoder.layer.5.output.LayerNorm.";

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

    /** The shipped expert with weights of its encoder replaced. */
    private WindowedExpert overlaid(byte[] weights) throws Exception {
        Path shipped = minilm().folder();
        Path folder = Files.createDirectories(experts.resolve("minilm"));
        Files.copy(shipped.resolve("head.onnx"), folder.resolve("head.onnx"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                shipped.resolveSibling("causal").resolve("vocab.txt"),
                Files.createDirectories(experts.resolve("causal")).resolve("vocab.txt"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.write(folder.resolve("upper.safetensors"), weights);
        ObjectMapper json = new ObjectMapper();
        ObjectNode manifest =
                (ObjectNode) json.readTree(shipped.resolve("expert.json").toFile());
        manifest.put("weights", "upper.safetensors")
                .put(
                        "weightsSha256",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(weights)));
        json.writeValue(folder.resolve("expert.json").toFile(), manifest);
        return (WindowedExpert) ExpertLibrary.load(experts).named("minilm").orElseThrow();
    }

    private static List<Integer> logitBits(WindowedExpert expert, WindowRow row) throws Exception {
        try (WindowedSession session = WindowedSession.open(expert, Device.CPU)) {
            session.score(List.of(row));
            List<Integer> bits = new ArrayList<>();
            for (int c = 0; c < expert.categories().size(); c++) {
                bits.add(Float.floatToRawIntBits(session.logit(c)));
            }
            return bits;
        }
    }

    /** With its last weights and biases at zero the encoder says nothing, so the head says the same of any text. */
    @Test
    void scoresWithTheWeightsLaidOverTheEncoder() throws Exception {
        float[] zeros = new float[384];
        WindowedExpert expert = overlaid(new SafeTensors()
                .halves(LAST_NORM + "weight", List.of(384), zeros)
                .floats(LAST_NORM + "bias", List.of(384), zeros)
                .bytes());
        assertThat(logitBits(expert, row(20, 7))).isEqualTo(logitBits(expert, row(20, 8)));
        assertThat(logitBits(minilm(), row(20, 7))).isNotEqualTo(logitBits(minilm(), row(20, 8)));
    }

    @Test
    void scoresTheSameBitsWithTheSameWeightsLaidOver() throws Exception {
        byte[] model = ExpertFiles.bytes(minilm().folder(), minilm().manifest().model());
        Map<String, OnnxInitializers.Place> places = OnnxInitializers.of(model);
        SafeTensors same = new SafeTensors();
        for (String name :
                List.of(LAST_NORM + "weight", "encoder.layer.5.intermediate.dense.bias", "onnx::MatMul_856")) {
            OnnxInitializers.Place place = places.get(name);
            int elements = place.shape().stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
            same.add(
                    name,
                    "F32",
                    place.shape().stream().map(Long::intValue).toList(),
                    Arrays.copyOfRange(model, place.from(), place.from() + elements * Float.BYTES));
        }
        List<Integer> bare = logitBits(overlaid(new SafeTensors().bytes()), row(20, 7));
        assertThat(logitBits(overlaid(same.bytes()), row(20, 7))).isEqualTo(bare);
        assertThat(logitBits(minilm(), row(20, 7))).isNotEqualTo(bare);
    }

    @Test
    void exportsTheEncoderWithTheWeightsLaidOver() throws Exception {
        WindowedExpert expert = overlaid(new SafeTensors()
                .floats(LAST_NORM + "bias", List.of(384), new float[384])
                .bytes());
        Path encoder = experts.resolve("encoder.onnx");
        Path head = experts.resolve("head.onnx");
        WindowedSession.export(expert, encoder, head);
        byte[] exported = Files.readAllBytes(encoder);
        int from = OnnxInitializers.of(exported).get(LAST_NORM + "bias").from();
        assertThat(Arrays.copyOfRange(exported, from, from + 384 * Float.BYTES)).containsOnly(0);
        assertThat(Files.mismatch(head, expert.folder().resolve("head.onnx"))).isEqualTo(-1);
    }

    @Test
    void doesNotOpenWithWeightsThatDoNotFit() throws Exception {
        WindowedExpert expert = overlaid(
                new SafeTensors().floats("encoder.layer.6", List.of(1), 1).bytes());
        assertThat(catchThrowableOfType(ExpertLoadException.class, () -> WindowedSession.open(expert, Device.CPU))
                        .problems())
                .containsExactly(
                        "expert minilm: weights upper.safetensors tensor \"encoder.layer.6\" (expected: the name"
                                + " of a float weight of the model)");
    }

    @Test
    void doesNotLoadWithWeightsThatAreNotThoseOfItsManifest() throws Exception {
        Path weights = overlaid(new SafeTensors().bytes()).folder().resolve("upper.safetensors");
        Files.write(weights, new byte[] {1});
        assertThat(catchThrowableOfType(ExpertLoadException.class, () -> ExpertLibrary.load(experts))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("expert minilm: weights upper.safetensors with sha256 ");
    }
}
