package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertLibraryTest {
    private static final Path TINY = Path.of("src/test/resources/tiny-expert");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path experts;

    private void tiny(String folder, Consumer<ObjectNode> change) throws IOException {
        Path to = Files.createDirectory(experts.resolve(folder));
        for (String file : List.of("model.onnx", "vocab.txt")) {
            Files.copy(TINY.resolve(file), to.resolve(file));
        }
        ObjectNode manifest =
                (ObjectNode) JSON.readTree(TINY.resolve("expert.json").toFile());
        change.accept(manifest);
        JSON.writeValue(to.resolve("expert.json").toFile(), manifest);
    }

    private List<String> loadProblems() {
        return catchThrowableOfType(ExpertLoadException.class, () -> ExpertLibrary.load(experts))
                .problems();
    }

    private List<String> openProblems() throws ExpertLoadException {
        StreamingExpert expert =
                (StreamingExpert) ExpertLibrary.load(experts).experts().getFirst();
        return catchThrowableOfType(ExpertLoadException.class, () -> StreamingSession.open(expert, Device.CPU, 1))
                .problems();
    }

    @Test
    void loadsEveryExpertThatShips() throws Exception {
        Path shipped = Path.of(System.getProperty("weir.repository", "..")).resolve("models/experts");
        assertThat(ExpertLibrary.load(shipped).experts())
                .extracting(Expert::name)
                .containsExactly("causal", "lexicon", "minilm", "ngram", "prompts");
    }

    @Test
    void namesAKeyItDoesNotKnow() throws Exception {
        tiny("one", json -> json.put("maxBatches", 8));
        assertThat(loadProblems()).singleElement().asString().startsWith("expert tiny: maxBatches (expected: one of ");
    }

    @Test
    void reportsTheProblemsOfAllManifestsTogether() throws Exception {
        tiny("one", json -> {
            json.put("maxBatch", 0);
            json.remove("stateFloats");
            json.withArray("categories").add("mischief");
        });
        tiny("two", json -> json.put("name", "second").put("sha256", "00"));
        assertThat(loadProblems())
                .containsExactly(
                        "expert tiny: categories \"mischief\" (expected: a category of PROTOCOL.md)",
                        "expert tiny: stateFloats missing (expected: 1 to 1048576)",
                        "expert tiny: maxBatch 0 (expected: 1 to 4096)",
                        "expert second: sha256 \"00\" (expected: 64 lower-case hex digits)");
    }

    @Test
    void saysWhichKernelsThereAreAndWhatTheyNeed() throws Exception {
        tiny(
                "one",
                json -> json.putObject("kernel")
                        .put("type", "gated")
                        .putArray("dilations")
                        .add(0));
        assertThat(loadProblems())
                .containsExactly(
                        "expert tiny: kernel.type \"gated\" (expected: \"gated-causal-convolution\")",
                        "expert tiny: kernel.dilations [0] (expected: a list of 1 to 4096, one for each layer)");
    }

    @Test
    void refusesTwoExpertsOfOneName() throws Exception {
        tiny("one", json -> {});
        tiny("two", json -> {});
        assertThat(loadProblems()).containsExactly("expert tiny: name \"tiny\" (expected: used by one folder only)");
    }

    @Test
    void saysWhichCategoryHasNoCalibration() throws Exception {
        tiny("one", json -> ((ObjectNode) json.get("calibration")).remove("other"));
        assertThat(loadProblems())
                .containsExactly(
                        "expert tiny: calibration.other missing (expected: scale and offset for each category)");
    }

    @Test
    void refusesAMissingModelAndAMissingVocabulary() throws Exception {
        tiny("one", json -> {});
        Files.delete(experts.resolve("one/model.onnx"));
        Files.delete(experts.resolve("one/vocab.txt"));
        assertThat(loadProblems())
                .containsExactly(
                        "expert tiny: model model.onnx (expected: a readable file in its folder)",
                        "expert tiny: tokenizer.vocabulary vocab.txt (expected: a readable vocabulary with [UNK] in"
                                + " it, in its folder)");
    }

    @Test
    void refusesAModelThatIsNotTheOneTheManifestWasWrittenFor() throws Exception {
        tiny("one", json -> {});
        Files.writeString(experts.resolve("one/model.onnx"), "damaged");
        assertThat(loadProblems()).singleElement().asString().contains("model.onnx with sha256 ", "from its manifest");
    }

    @Test
    void refusesJsonThatIsNone() throws Exception {
        tiny("one", json -> {});
        Files.writeString(experts.resolve("one/expert.json"), "{\"name\":");
        assertThat(loadProblems()).singleElement().asString().startsWith("expert one: expert.json ");
    }

    @Test
    void saysWhatOnnxRuntimeWillNotTake() throws Exception {
        tiny("one", json -> {});
        Files.writeString(experts.resolve("one/model.onnx"), "damaged");
        signAgain();
        assertThat(openProblems()).singleElement().asString().startsWith("expert tiny: model model.onnx ");
    }

    private void signAgain() throws Exception {
        Path folder = experts.resolve("one");
        ObjectNode manifest =
                (ObjectNode) JSON.readTree(folder.resolve("expert.json").toFile());
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                .digest(Files.readAllBytes(folder.resolve("model.onnx")));
        manifest.put("sha256", java.util.HexFormat.of().formatHex(digest));
        JSON.writeValue(folder.resolve("expert.json").toFile(), manifest);
    }

    @Test
    void comparesTensorNamesWithTheModelsOwn() throws Exception {
        tiny("one", json -> ((ObjectNode) json.get("tensors")).put("ids", "input"));
        assertThat(openProblems())
                .contains(
                        "expert tiny: tensors.ids \"input\" (expected: one of [ids, lengths, state], from its model)");
    }

    @Test
    void comparesShapesWithTheModelsOwn() throws Exception {
        tiny("one", json -> json.put("stateFloats", 2));
        assertThat(openProblems())
                .contains("expert tiny: tensors.state \"state\" FLOAT [any, 1] (expected: FLOAT [any, 2])");
    }
}
