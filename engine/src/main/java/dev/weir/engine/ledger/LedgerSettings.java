package dev.weir.engine.ledger;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * Where decisions are kept and how many may wait to be. Every key is explained in {@code reference.conf}.
 *
 * @param file empty keeps none
 * @param maxQueue entries waiting to be written; beyond it receipts are dropped and counted
 * @param maxGroup entries written and made durable together
 * @param maxGroupDelay longest an entry waits for others of its group
 * @param recentReceipts how many receipts, and how many reviews, are remembered to know them again
 */
public record LedgerSettings(String file, int maxQueue, int maxGroup, Duration maxGroupDelay, int recentReceipts) {

    /** Reads the block {@code weir.ledger}; what is out of range is added to {@code problems}. */
    public static LedgerSettings from(Config config, List<String> problems) {
        LedgerSettings settings = new LedgerSettings(
                config.getString("file"),
                config.getInt("max-queue"),
                config.getInt("max-group"),
                config.getDuration("max-group-delay"),
                config.getInt("recent-receipts"));
        settings.validate(problems);
        return settings;
    }

    /** Whether anything is kept. */
    public boolean isKept() {
        return !file.isBlank();
    }

    private void validate(List<String> problems) {
        require("max-queue", maxQueue, 16, 1 << 20, problems);
        require("max-group", maxGroup, 1, 1 << 16, problems);
        require("recent-receipts", recentReceipts, 1, 10_000_000, problems);
        if (maxGroupDelay.toMillis() < 1 || maxGroupDelay.toSeconds() > 60) {
            problems.add("weir.ledger.max-group-delay: " + maxGroupDelay.toMillis() + " ms (expected: 1 ms to 60 s)");
        }
    }

    private static void require(String key, int value, int least, int most, List<String> problems) {
        if (value < least || value > most) {
            problems.add("weir.ledger." + key + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
