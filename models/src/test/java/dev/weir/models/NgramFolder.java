package dev.weir.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Writes n-gram experts small enough to check by hand: two categories, harassment and other. */
final class NgramFolder {
    private static final Path VOCABULARY = Path.of("src/test/resources/tiny-expert/vocab.txt");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = """
            {"name": "tiny-ngram", "version": "1", "kind": "ngram",
             "categories": ["harassment", "other"], "languages": ["en"], "reads": ["reply"],
             "model": "weights.bin", "sha256": "",
             "tokenizer": {"type": "wordpiece", "vocabulary": "vocab.txt"},
             "buckets": 1, "halfLifeWords": null, "damping": 1.0,
             "weightScale": [0.5, 0.25], "bias": [-1.0, 2.0],
             "calibration": {"harassment": {"scale": 1.0, "offset": 0.0}, "other": {"scale": 2.0, "offset": 1.0}},
             "licence": "Apache-2.0", "trainingData": [], "quality": {}}
            """;

    private NgramFolder() {}

    static void write(Path experts, byte[] weights, Consumer<ObjectNode> change) throws Exception {
        Path folder = Files.createDirectory(experts.resolve("tiny-ngram"));
        Files.copy(VOCABULARY, folder.resolve("vocab.txt"));
        Files.write(folder.resolve("weights.bin"), weights);
        ObjectNode manifest = (ObjectNode) JSON.readTree(MANIFEST);
        manifest.put(
                "sha256",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights)));
        change.accept(manifest);
        JSON.writeValue(folder.resolve("expert.json").toFile(), manifest);
    }

    static NgramExpert load(Path experts) throws ExpertLoadException, IOException {
        return (NgramExpert) ExpertLibrary.load(experts).named("tiny-ngram").orElseThrow();
    }
}
