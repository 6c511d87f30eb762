package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every expert found under one directory, in the order of their folders' names. */
public final class ExpertLibrary {
    private final List<Expert> experts;

    private ExpertLibrary(List<Expert> experts) {
        this.experts = List.copyOf(experts);
    }

    /**
     * Loads each folder under {@code directory} that holds an {@code expert.json}, and checks that its files are there
     * and whole. Models are opened later, by their sessions.
     *
     * @throws ExpertLoadException with the problems of all manifests together
     */
    public static ExpertLibrary load(Path directory) throws ExpertLoadException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(directory)) {
            folders = entries.filter(folder -> Files.exists(folder.resolve("expert.json")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ExpertLoadException(List.of("experts " + directory + " (expected: a readable directory)"));
        }
        List<String> problems = new ArrayList<>();
        List<Expert> experts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path folder : folders) {
            Expert expert = loadOne(folder, problems);
            if (expert != null) {
                if (!names.add(expert.name())) {
                    problems.add("expert " + expert.name() + ": name \"" + expert.name()
                            + "\" (expected: used by one folder only)");
                }
                experts.add(expert);
            }
        }
        if (!problems.isEmpty()) {
            throw new ExpertLoadException(problems);
        }
        return new ExpertLibrary(experts);
    }

    private static @Nullable Expert loadOne(Path folder, List<String> problems) {
        ExpertManifest manifest = ManifestReader.read(folder, problems).orElse(null);
        if (manifest == null) {
            return null;
        }
        ExpertFiles files = new ExpertFiles(manifest.name(), folder, problems);
        return switch (manifest) {
            case ExpertManifest.LexiconRules rules -> {
                Lexicon lexicon = files.lexicon(rules);
                yield lexicon == null ? null : new LexiconExpert(rules, lexicon);
            }
            case ExpertManifest.Streaming streaming -> {
                files.checkModel("model", streaming.model(), streaming.sha256());
                WordPiece tokenizer = files.vocabulary(streaming.vocabulary());
                yield tokenizer == null ? null : new StreamingExpert(streaming, folder, tokenizer);
            }
            case ExpertManifest.Windowed windowed -> {
                files.checkModel("model", windowed.model(), windowed.sha256());
                files.checkModel("head", windowed.head(), windowed.headSha256());
                WordPiece tokenizer = files.vocabulary(windowed.vocabulary());
                yield tokenizer == null ? null : new WindowedExpert(windowed, folder, tokenizer);
            }
            case ExpertManifest.Ngram ngram -> {
                NgramWeights weights = files.ngramWeights(ngram);
                WordPiece tokenizer = files.vocabulary(ngram.vocabulary());
                yield weights == null || tokenizer == null ? null : new NgramExpert(ngram, weights, tokenizer);
            }
        };
    }

    public List<Expert> experts() {
        return experts;
    }

    public Optional<Expert> named(String name) {
        return experts.stream().filter(expert -> expert.name().equals(name)).findFirst();
    }
}
