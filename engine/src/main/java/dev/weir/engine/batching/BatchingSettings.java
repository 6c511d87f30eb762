package dev.weir.engine.batching;

import com.typesafe.config.Config;
import dev.weir.models.RunShapes;
import java.util.List;

/**
 * Bounds of one run.
 *
 * @param maxBatchSize rows; at least 1. The expert's own maximum holds too
 * @param maxPaddedTokens rows times the padded length of the longest; at least 1. One row is always taken
 * @param shapes that runs are padded to
 */
public record BatchingSettings(int maxBatchSize, int maxPaddedTokens, RunShapes shapes) {

    /** Bounds of runs that are as long as their rows. */
    public BatchingSettings(int maxBatchSize, int maxPaddedTokens) {
        this(maxBatchSize, maxPaddedTokens, RunShapes.EXACT);
    }

    /** @param path of {@code config}, as an operator wrote it */
    static BatchingSettings from(Config config, String path, List<String> problems) {
        BatchingSettings settings = new BatchingSettings(
                config.getInt("max-batch-size"),
                config.getInt("max-padded-tokens"),
                new RunShapes(config.getIntList("shapes.rows"), config.getIntList("shapes.tokens")));
        if (settings.maxBatchSize < 1) {
            problems.add(path + ".max-batch-size: " + settings.maxBatchSize + " (expected: >= 1)");
        }
        if (settings.maxPaddedTokens < 1) {
            problems.add(path + ".max-padded-tokens: " + settings.maxPaddedTokens + " (expected: >= 1)");
        }
        RunShapes shapes = settings.shapes;
        check(path + ".shapes.rows", shapes.rows(), problems);
        check(path + ".shapes.tokens", shapes.tokens(), problems);
        if (shapes.rows().isEmpty() != shapes.tokens().isEmpty()) {
            problems.add(path + ".shapes: rows " + shapes.rows() + ", tokens " + shapes.tokens()
                    + " (expected: both, or neither)");
        }
        return settings;
    }

    private static void check(String path, List<Integer> sizes, List<String> problems) {
        int last = 0;
        for (int size : sizes) {
            if (size <= last) {
                problems.add(path + ": " + sizes + " (expected: ascending, from 1 up)");
                return;
            }
            last = size;
        }
    }

    /** The same with no more rows than an expert can take. */
    public BatchingSettings atMost(int rows) {
        return new BatchingSettings(Math.min(maxBatchSize, rows), maxPaddedTokens, shapes);
    }
}
