package dev.weir.engine;

import java.util.List;

/** The server cannot start; says everything that stands in the way at once. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;
    private final boolean wrongSettings;

    private StartException(List<String> problems, boolean wrongSettings) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
        this.wrongSettings = wrongSettings;
    }

    /** Somebody has to change the configuration. */
    static StartException wrongSettings(List<String> problems) {
        return new StartException(problems, true);
    }

    /** The settings may be right, and something they name is not there or not free. */
    static StartException failed(List<String> problems) {
        return new StartException(problems, false);
    }

    /** Whether the fault is in the settings alone. */
    public boolean isWrongSettings() {
        return wrongSettings;
    }

    /** One line each. */
    public List<String> problems() {
        return problems;
    }
}
