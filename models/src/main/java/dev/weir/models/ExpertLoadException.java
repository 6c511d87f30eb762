package dev.weir.models;

import java.util.List;

/** Experts that cannot be loaded or opened as they stand: every problem found, one line each. */
public final class ExpertLoadException extends Exception {
    private final List<String> problems;

    public ExpertLoadException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
