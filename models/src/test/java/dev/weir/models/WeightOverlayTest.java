package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Over the shipped head, a model of a megabyte; {@link WindowedSessionTest} has the encoder. */
class WeightOverlayTest {
    private static final Path HEAD =
            Path.of(System.getProperty("weir.repository", ".."), "models/experts/minilm/head.onnx");

    private final byte[] model = head();

    private static byte[] head() {
        try {
            return Files.readAllBytes(HEAD);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> problems(byte[] file) throws IOException {
        List<String> problems = new ArrayList<>();
        WeightOverlay.apply(model, file, (found, expected) -> problems.add(found + " (expected: " + expected + ")"));
        return problems;
    }

    private float weight(String name, int index) throws IOException {
        return ByteBuffer.wrap(model)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat(OnnxInitializers.of(model).get(name).from() + index * Float.BYTES);
    }

    @Test
    void findsTheWeightsOfAModelWithTheirShapes() throws Exception {
        assertThat(OnnxInitializers.of(model).get("inner.weight").shape()).containsExactly(128L, 1920L);
        assertThat(OnnxInitializers.of(model))
                .as("whole numbers are no weights")
                .doesNotContainKey("axis1")
                .hasSize(6);
    }

    @Test
    void writesFloatsAndHalvesOverTheWeightsOfTheirNameAndNothingElse() throws Exception {
        byte[] before = model.clone();
        assertThat(problems(new SafeTensors()
                        .floats("attention.bias", List.of(4), 0.1f, -2, 3, 4)
                        .halves("out.bias", List.of(17), new float[] {
                            0.5f, -0.25f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7
                        })
                        .bytes()))
                .isEmpty();
        assertThat(weight("attention.bias", 0)).isEqualTo(0.1f);
        assertThat(weight("attention.bias", 3)).isEqualTo(4);
        assertThat(weight("out.bias", 1)).isEqualTo(-0.25f);
        assertThat(weight("out.bias", 16)).isEqualTo(7);
        int changed = 0;
        for (int i = 0; i < model.length; i++) {
            changed += model[i] == before[i] ? 0 : 1;
        }
        assertThat(changed).isLessThanOrEqualTo((4 + 17) * Float.BYTES);
    }

    @Test
    void namesATensorThatTheModelDoesNotHave() throws Exception {
        assertThat(problems(new SafeTensors().floats("out.bias2", List.of(1), 1).bytes()))
                .containsExactly("tensor \"out.bias2\" (expected: the name of a float weight of the model)");
    }

    @Test
    void comparesShapes() throws Exception {
        assertThat(problems(new SafeTensors()
                        .floats("attention.bias", List.of(2, 2), 1, 2, 3, 4)
                        .bytes()))
                .containsExactly("tensor \"attention.bias\" [2, 2] (expected: [4], from its model)");
    }

    @Test
    void takesNoOtherNumbers() throws Exception {
        assertThat(problems(new SafeTensors()
                        .add("attention.bias", "BF16", List.of(4), new byte[8])
                        .bytes()))
                .containsExactly("tensor \"attention.bias\" BF16 (expected: F16 or F32)");
    }

    @Test
    void refusesAFileThatEndsEarly() throws Exception {
        byte[] whole = new SafeTensors()
                .floats("attention.bias", List.of(4), 1, 2, 3, 4)
                .bytes();
        assertThat(problems(Arrays.copyOf(whole, whole.length - 1)))
                .containsExactly(
                        "tensor \"attention.bias\" at bytes 0 to 16 of 15 (expected: 16 bytes inside the file)");
        assertThat(problems(Arrays.copyOf(whole, 20)))
                .containsExactly("of 20 bytes (expected: safetensors, with a header that is all there)");
        assertThat(problems(new byte[3]))
                .containsExactly("of 3 bytes (expected: safetensors, with a header that is all there)");
    }

    @Test
    void refusesPlacesThatDoNotHoldTheShape() throws Exception {
        assertThat(problems(new SafeTensors()
                        .add("attention.bias", "F32", List.of(4), new byte[12])
                        .bytes()))
                .containsExactly(
                        "tensor \"attention.bias\" at bytes 0 to 12 of 12 (expected: 16 bytes inside the file)");
    }

    @Test
    void refusesAHeaderThatIsNone() throws Exception {
        assertThat(problems(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '"'}))
                .containsExactly("with a header that is no JSON (expected: safetensors)");
    }

    @Test
    void readsNoWeightsFromABrokenModel() {
        assertThatThrownBy(() -> OnnxInitializers.of(Arrays.copyOf(model, model.length / 2)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> OnnxInitializers.of(new byte[] {58, -1, -1})).isInstanceOf(IOException.class);
    }
}
