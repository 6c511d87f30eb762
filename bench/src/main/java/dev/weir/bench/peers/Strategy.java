package dev.weir.bench.peers;

import java.util.Arrays;
import java.util.Optional;

/** When a text is scored again, and how much of it: what servers around an encoder do. */
enum Strategy {
    /** A sliding window, often enough to stop a reply in its sentence. */
    WINDOW("window", 64, 8, 1),
    /** NeMo Guardrails' streaming rails: chunks of 200 tokens, each read after 50 of the one before. */
    NEMO("nemo", 250, 200, 1),
    /** OpenAI's guardrails client: every 100 chunks all the text there is, here up to what the encoder can read. */
    SO_FAR("so-far", 512, 100, 1),
    /** Every token gets a verdict of its own. It costs eight windows where the first costs one, so it is given fewer streams. */
    EVERY_TOKEN("every-token", 64, 1, 8);

    private final String label;
    private final int window;
    private final int every;
    private final int share;

    Strategy(String label, int window, int every, int share) {
        this.label = label;
        this.window = window;
        this.every = every;
        this.share = share;
    }

    static Optional<Strategy> named(String label) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.label.equals(label))
                .findFirst();
    }

    String label() {
        return label;
    }

    /** Most tokens of one run, start and end included. */
    int window() {
        return window;
    }

    /** Tokens from one run to the next. */
    int every() {
        return every;
    }

    /** How many of {@code streams} it is given, so that it can keep up. */
    int streamsOf(int streams) {
        return Math.max(1, streams / share);
    }
}
