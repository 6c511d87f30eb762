package dev.weir.engine.batching;

import com.typesafe.config.Config;
import java.util.List;

/**
 * Bounds of one run.
 *
 * @param maxBatchSize rows; at least 1. The expert's own maximum holds too
 * @param maxPaddedTokens rows times the padded length of the longest; at least 1. One row is always taken
 */
public record BatchingSettings(int maxBatchSize, int maxPaddedTokens) {

    public static BatchingSettings from(Config config, List<String> problems) {
        BatchingSettings settings =
                new BatchingSettings(config.getInt("max-batch-size"), config.getInt("max-padded-tokens"));
        if (settings.maxBatchSize < 1) {
            problems.add("weir.batching.max-batch-size: " + settings.maxBatchSize + " (expected: >= 1)");
        }
        if (settings.maxPaddedTokens < 1) {
            problems.add("weir.batching.max-padded-tokens: " + settings.maxPaddedTokens + " (expected: >= 1)");
        }
        return settings;
    }

    /** The same with no more rows than an expert can take. */
    public BatchingSettings atMost(int rows) {
        return new BatchingSettings(Math.min(maxBatchSize, rows), maxPaddedTokens);
    }
}
