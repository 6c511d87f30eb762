package dev.weir.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.models.Expert;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.StreamingExpert;
import dev.weir.models.WindowedExpert;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The networks that every contestant runs, written where each can read them. */
final class Networks {
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
    private static final String IN_FLOATS = "/all-minilm-l6-v2.onnx";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WindowedExpert windowed;
    private final StreamingExpert streaming;
    private final Path work;

    private Networks(WindowedExpert windowed, StreamingExpert streaming, Path work) {
        this.windowed = windowed;
        this.streaming = streaming;
        this.work = work;
    }

    /** Takes the experts of a folder and writes the windowed one's tokenizer into {@code work}. */
    static Networks prepare(Path models, Path work) throws IOException, ExpertLoadException {
        List<Expert> experts = ExpertLibrary.load(models).experts();
        Networks networks = new Networks(
                only(WindowedExpert.class, experts, models), only(StreamingExpert.class, experts, models), work);
        Files.createDirectories(work);
        networks.writeTokenizer();
        return networks;
    }

    private static <E extends Expert> E only(Class<E> kind, List<Expert> experts, Path models) throws IOException {
        List<E> found =
                experts.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new IOException(
                    "experts " + models + " with " + found.size() + " " + kind.getSimpleName() + " (expected: one)");
        }
        return found.getFirst();
    }

    WindowedExpert windowed() {
        return windowed;
    }

    StreamingExpert streaming() {
        return streaming;
    }

    Path encoder() {
        return windowed.folder().resolve(windowed.manifest().model());
    }

    /** The same encoder as it was published: other weights in its upper half, in 32-bit floats, and as much work. */
    Path encoderInFloats() throws IOException {
        Path file = work.resolve("encoder-in-floats.onnx");
        try (InputStream in = published(IN_FLOATS)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    Path head() {
        return windowed.folder().resolve(windowed.manifest().head());
    }

    Path streamingModel() {
        return streaming.folder().resolve(streaming.manifest().model());
    }

    /** Hugging Face's description of the tokenizer. */
    Path tokenizer() {
        return work.resolve("tokenizer.json");
    }

    /** The encoder's own cuts texts to 128 tokens and pads them to as many. */
    private void writeTokenizer() throws IOException {
        try (InputStream in = published(TOKENIZER)) {
            ObjectNode tokenizer = (ObjectNode) JSON.readTree(in);
            tokenizer.putNull("truncation");
            tokenizer.putNull("padding");
            JSON.writeValue(tokenizer().toFile(), tokenizer);
        }
    }

    private static InputStream published(String resource) throws IOException {
        InputStream in = Networks.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("resource " + resource + " is missing (expected: on the class path of the bench)");
        }
        return in;
    }

    /**
     * Writes a folder of experts in which the windowed one reads as {@code strategy} wants, and no prompts.
     *
     * @return the folder
     */
    Path expertsFor(Strategy strategy) throws IOException {
        Path experts = work.resolve("experts-" + strategy.label());
        Path copy = experts.resolve(windowed.folder().getFileName());
        copyFiles(windowed.folder(), copy);
        copyFiles(windowed.folder().resolveSibling("lexicon"), experts.resolve("lexicon"));
        Path vocabulary = windowed.folder().resolve(windowed.manifest().vocabulary());
        Path vocabularyCopy = copy.resolve(windowed.manifest().vocabulary()).normalize();
        Files.createDirectories(vocabularyCopy.getParent());
        Files.copy(vocabulary, vocabularyCopy, StandardCopyOption.REPLACE_EXISTING);
        Path manifest = copy.resolve("expert.json");
        JsonNode json = JSON.readTree(manifest.toFile());
        ObjectNode changed =
                ((ObjectNode) json).put("windowTokens", strategy.window()).put("strideTokens", strategy.every());
        changed.remove("promptTokens");
        JSON.writeValue(manifest.toFile(), changed);
        return experts;
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
