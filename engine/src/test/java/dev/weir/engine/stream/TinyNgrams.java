package dev.weir.engine.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** A folder of experts for tests: two of the shipped ones, and n-gram experts made here that vote on harm of any kind. */
public final class TinyNgrams {

    private static final Path SHIPPED = Path.of(System.getProperty("weir.repository"), "models/experts");

    private final Path experts;

    /** @param folder empty; given copies of two shipped experts */
    public TinyNgrams(Path folder) throws IOException {
        experts = folder;
        copy("lexicon", "expert.json", "rules.tsv");
        copy("causal", "expert.json", "model.onnx", "vocab.txt");
    }

    private void copy(String name, String... files) throws IOException {
        Path to = Files.createDirectory(experts.resolve(name));
        for (String file : files) {
            Files.copy(SHIPPED.resolve(name).resolve(file), to.resolve(file));
        }
    }

    public Path experts() {
        return experts;
    }

    /** One that says something else about every word. */
    public TinyNgrams undecided(String name) throws IOException {
        byte[] weights = new byte[1 << 12];
        new Random(7).nextBytes(weights);
        return add(name, "\"reply\", \"prompt\"", weights, 0.1);
    }

    /**
     * One that says the same of every text it reads.
     *
     * @param role "reply" or "prompt"
     * @param harmful whether it takes all for harm, or nothing
     */
    public TinyNgrams sure(String name, String role, boolean harmful) throws IOException {
        byte[] weights = new byte[2];
        Arrays.fill(weights, harmful ? Byte.MAX_VALUE : Byte.MIN_VALUE);
        return add(name, "\"" + role + "\"", weights, 1);
    }

    private TinyNgrams add(String name, String reads, byte[] weights, double scale) throws IOException {
        Path folder = Files.createDirectory(experts.resolve(name));
        Files.write(folder.resolve("weights.bin"), weights);
        Files.writeString(folder.resolve("expert.json"), """
                {"name": "%s", "version": "1", "kind": "ngram", "categories": ["other", "harassment"], "languages": ["en"], "reads": [%s],
                 "model": "weights.bin", "sha256": "%s",
                 "tokenizer": {"type": "wordpiece", "vocabulary": "../causal/vocab.txt"},
                 "buckets": %d, "halfLifeWords": 50, "damping": 1,
                 "weightScale": [%s, %s], "bias": [0, 0],
                 "calibration": {"other": {"scale": 1, "offset": 0}, "harassment": {"scale": 1, "offset": 0}},
                 "licence": "Apache-2.0"}
                """.formatted(
                        name, reads, sha256(weights), weights.length / 2, scale, scale));
        return this;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
