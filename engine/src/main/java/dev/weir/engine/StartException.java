package dev.weir.engine;

import java.util.List;

/** The server cannot start; says everything that stands in the way at once. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public StartException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each. */
    public List<String> problems() {
        return problems;
    }
}
