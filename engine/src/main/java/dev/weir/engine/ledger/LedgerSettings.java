package dev.weir.engine.ledger;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where decisions are kept, for how long, and how many may wait to be. Every key is explained in {@code reference.conf}.
 *
 * @param url of the database; empty keeps nothing
 * @param node names this server's chains in a database that several share
 * @param keys directory of the keys; empty for one beside the database
 * @param maxQueue entries waiting to be written; beyond it they are dropped and counted
 * @param maxQueueBytes what their traces and texts may hold meanwhile
 * @param maxGroup entries written and made durable together
 * @param maxGroupDelay least time from one group to the next, in which entries gather
 * @param auditShare probability with which a stream that was let pass is drawn for audit
 */
public record LedgerSettings(
        String url,
        String user,
        String password,
        String node,
        String keys,
        int maxQueue,
        long maxQueueBytes,
        int maxGroup,
        Duration maxGroupDelay,
        Retention retention,
        double auditShare) {

    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** How old things get. The shorter ones come first: a trace without its record would be of no use. */
    public record Retention(Duration entries, Duration traces, Duration texts) {}

    /** Reads the block {@code weir.ledger}; what is out of range is added to {@code problems}. */
    public static LedgerSettings from(Config config, List<String> problems) {
        LedgerSettings settings = new LedgerSettings(
                config.getString("url"),
                config.getString("user"),
                config.getString("password"),
                config.getString("node"),
                config.getString("keys"),
                config.getInt("max-queue"),
                config.getBytes("max-queue-bytes"),
                config.getInt("max-group"),
                config.getDuration("max-group-delay"),
                new Retention(
                        config.getDuration("retention"),
                        config.getDuration("trace-retention"),
                        config.getDuration("text-retention")),
                config.getDouble("audit-share"));
        settings.validate(problems);
        return settings;
    }

    /** Whether anything is kept. */
    public boolean isKept() {
        return !url.isBlank();
    }

    /** The same ledger in another database, or in none. */
    public LedgerSettings withUrl(String other) {
        return new LedgerSettings(
                other,
                user,
                password,
                node,
                keys,
                maxQueue,
                maxQueueBytes,
                maxGroup,
                maxGroupDelay,
                retention,
                auditShare);
    }

    /** Where the keys are: beside the file of the database, unless the settings say. */
    Path keyFolder() {
        return keys.isBlank()
                ? Path.of(Database.file(this).map(Path::toString).orElse("weir-ledger") + ".keys")
                : Path.of(keys);
    }

    private void validate(List<String> problems) {
        if (isKept() && Database.of(url).isEmpty()) { // not echoed: it may hold a password
            problems.add("weir.ledger.url: another URL (expected: jdbc:sqlite:FILE, jdbc:postgresql://… or \"\")");
        }
        if (!NODE.matcher(node).matches()) {
            problems.add("weir.ledger.node: " + node + " (expected: 1 to 64 letters, digits, dots, - or _)");
        }
        require("max-queue", maxQueue, 16, 1 << 20, problems);
        require("max-queue-bytes", maxQueueBytes, 1 << 20, 1L << 40, problems);
        require("max-group", maxGroup, 1, 1 << 16, problems);
        if (maxGroupDelay.toMillis() < 1 || maxGroupDelay.toSeconds() > 60) {
            problems.add("weir.ledger.max-group-delay: " + maxGroupDelay.toMillis() + " ms (expected: 1 ms to 60 s)");
        }
        if (retention.entries.toMillis() < 1) {
            problems.add("weir.ledger.retention: " + retention.entries + " (expected: above 0)");
        }
        requireShorter("trace-retention", retention.traces, problems);
        requireShorter("text-retention", retention.texts, problems);
        if (!(auditShare >= 0 && auditShare <= 1)) {
            problems.add("weir.ledger.audit-share: " + auditShare + " (expected: 0 to 1)");
        }
    }

    private void requireShorter(String key, Duration value, List<String> problems) {
        if (value.toMillis() < 1 || value.compareTo(retention.entries) > 0) {
            problems.add("weir.ledger." + key + ": " + value.toHours() + " h (expected: above 0, at most retention, "
                    + retention.entries.toHours() + " h)");
        }
    }

    private static void require(String key, long value, long least, long most, List<String> problems) {
        if (value < least || value > most) {
            problems.add("weir.ledger." + key + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
